/**
 * The instances of a fleet on one machine: for each slot a real proxy, the watchdog that judges it, and its heartbeats. Whatever a
 * scenario breaks, it breaks here.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ScaledClock } from '../clock';
import { Heartbeats } from '../planes/heartbeats/heartbeats';
import type { VrrpState } from '../planes/heartbeats/vrrp';
import type { Recorder } from '../recorder';
import { type FleetModel, firstSlots, type SlotModel } from '../template/model';
import { UsageError } from '../usage-error';
import { adaptConfiguration, doorsOf } from './adapt-configuration';
import { BlackHole } from './black-hole';
import type { Children } from './children';
import type { EngineBinary } from './engine-binary';
import { EngineProcess } from './engine-process';
import { startGuard } from './guard';
import { standInCertificates } from './stand-in-certificates';
import type { StandInTargets } from './stand-in-targets';
import type { Place } from './surroundings';
import { Watchdog } from './watchdog';

/** How long systemd waits until it starts a proxy again that has ended, in milliseconds on the wall: RestartSec of its unit. */
const RESTART_MS = 1000;

/** How long watchdogs and heartbeats may take to find the fleet well, in milliseconds on the wall. */
const SETTLED_WITHIN_MS = 15_000;

export interface HostsOptions {
  readonly fleet: FleetModel;
  readonly clock: ScaledClock;
  readonly children: Children;
  readonly recorder: Recorder;
  /** What runs the configuration. */
  readonly engine: EngineBinary;
  /** Makes the takeover function look; without one nobody listens to heartbeats, and there are none. */
  readonly hint?: () => Promise<void>;
  /** The proxy of a slot goes, or is there. */
  readonly onProxy?: (slot: SlotModel, event: 'gone' | 'ready') => void;
}

export class Hosts {
  readonly heartbeats?: Heartbeats;
  private readonly proxies = new Map<string, EngineProcess>();
  private readonly watchdogs = new Map<string, Watchdog>();
  private readonly blackHoles = new Map<string, BlackHole>();
  /** Slots whose hosts are dead. */
  private readonly dead = new Set<string>();
  private files: ReadonlyMap<string, string> = new Map();
  private configure?: (slot: SlotModel, directory: string) => string;

  constructor(private readonly options: HostsOptions) {
    const { fleet, clock, recorder, hint } = options;
    if (!hint || !fleet.heartbeat) return;
    this.heartbeats = new Heartbeats({
      slots: fleet.slots.map(({ slot }) => slot),
      advertMs: fleet.heartbeat.advertMs,
      clock,
      onChange: ({ at, proxy, slot, state }) => recorder.event(`slot ${slot}`, 'info', news(proxy, slot, state), { at }),
      hint,
    });
  }

  /** Starts every proxy that there is at the beginning, with its watchdog, and waits until the proxies are ready. */
  async start({ replacements }: StandInTargets, resolver: Place): Promise<void> {
    const slots = firstSlots(this.options.fleet);
    this.files = standInCertificates(slots[0]?.configuration ?? '');
    this.configure = ({ configuration, address, secondaryAddresses }, directory) =>
      adaptConfiguration(configuration, {
        addresses: [address, ...secondaryAddresses],
        targets: replacements,
        resolver,
        directory,
        plain: true,
      }).text;
    await Promise.all(slots.map(({ slot }) => this.startProxy(slot)));
    if (this.heartbeats) for (const slot of slots) this.startWatchdog(slot);
  }

  /** As on a host that boots, heartbeats begin when the proxy is well. Waits until every proxy masters its own slot. */
  async startHeartbeats(): Promise<void> {
    if (!this.heartbeats) return;
    await settled(() => [...this.watchdogs.values()].every(({ well }) => well), 'the watchdogs find no healthy fleet');
    this.heartbeats.start(() => true);
    await settled(() => this.heartbeats?.settled === true, 'the heartbeats come to no rest');
  }

  /** The proxy dies, and its host lives on. */
  async killProxy(slot: string): Promise<void> {
    this.options.onProxy?.(this.slot(slot), 'gone');
    await this.proxies.get(slot)?.kill();
  }

  /** The proxy hangs: it accepts connections and never answers. */
  pauseProxy(slot: string): void {
    this.proxies.get(slot)?.pause();
  }

  /** Sets a guard over the proxy of a slot, and waits until its watchdog finds it well. */
  async guard(slot: string): Promise<void> {
    const { children, fleet, recorder } = this.options;
    const model = this.slot(slot);
    const watchdog = this.watchdogs.get(slot) ?? this.startWatchdog(model);
    await settled(() => watchdog.well, 'the watchdog finds no healthy proxy');
    startGuard(children, {
      slot,
      address: model.address,
      script: fleet.programs?.guard ?? '',
      healthFile: watchdog.file,
      pidFile: this.proxies.get(slot)?.pidFile ?? '',
      onLine: (line) => recorder.event(`slot ${slot}`, 'info', `its guard: ${line.trim()}`),
    });
  }

  /** The proxy hangs until somebody kills it, and is then started again, as its unit says. */
  async hangProxy(slot: string, { onEnd, onStart }: { readonly onEnd: () => void; readonly onStart: () => void }): Promise<void> {
    const proxy = this.proxies.get(slot);
    const ended = proxy?.expectEnd();
    proxy?.pause();
    await ended;
    onEnd();
    await pause(RESTART_MS);
    await this.startProxy(slot);
    onStart();
  }

  /** What the ready path of a proxy answers by, while it serves on. */
  async setState(slot: string, state: 'serving' | 'leaving' | 'draining'): Promise<void> {
    await this.proxies.get(slot)?.setState(state);
  }

  /** The proxy serves what it has to the end, and ends. */
  async stopProxy(slot: string): Promise<void> {
    await this.proxies.get(slot)?.stopSoftly();
    this.options.onProxy?.(this.slot(slot), 'gone');
  }

  /** The proxy takes up its configuration anew. */
  async reloadProxy(slot: string): Promise<void> {
    await this.proxies.get(slot)?.reload();
  }

  /** The end of a hang. */
  resumeProxy(slot: string): void {
    this.proxies.get(slot)?.resume();
  }

  /** Starts the proxy of a slot, for the first time or again, and waits until it is ready. */
  async startProxy(slot: string): Promise<void> {
    const { children, engine } = this.options;
    const model = this.slot(slot);
    const configure = (directory: string) => this.configure?.(model, directory) ?? '';
    const { files } = this;
    const proxy = new EngineProcess(children, { engine, slot, address: model.address, configure, files });
    this.proxies.set(slot, proxy);
    await proxy.start();
    this.options.onProxy?.(model, 'ready');
  }

  /** The host dies at once, and with it the proxy, its watchdog and its heartbeats. */
  async killHost(slot: string): Promise<void> {
    this.dead.add(slot);
    this.heartbeats?.silence(slot);
    await Promise.all([this.killProxy(slot), this.watchdogs.get(slot)?.kill()]);
  }

  /** Starts the host of a slot again, and waits until its proxy is ready. */
  async startHost(slot: string): Promise<void> {
    this.dead.delete(slot);
    await this.startProxy(slot);
    if (!this.heartbeats) return;
    this.startWatchdog(this.slot(slot));
    this.heartbeats.revive(slot, false);
  }

  /** Packets to and from the host are dropped: nobody refuses, and nobody answers. */
  async isolateHost(slot: string): Promise<void> {
    const { children } = this.options;
    const { address, secondaryAddresses, configuration } = this.slot(slot);
    await this.killHost(slot);
    const blackHole = new BlackHole(children);
    this.blackHoles.set(slot, blackHole);
    await blackHole.open(
      [address, ...secondaryAddresses],
      doorsOf(configuration).map(({ port }) => port),
    );
  }

  /** Packets arrive again, at a host that has booted anew. */
  async rejoinHost(slot: string): Promise<void> {
    await this.blackHoles.get(slot)?.close();
    await this.startHost(slot);
  }

  /** True for an address of a host that is dead. */
  isSilent(address: string): boolean {
    const owner = this.options.fleet.slots.find((each) => each.secondaryAddresses.includes(address));
    return owner !== undefined && this.dead.has(owner.slot);
  }

  /** Ends what lives in this process; child processes end with their `Children`. */
  async stop(): Promise<void> {
    for (const watchdog of this.watchdogs.values()) watchdog.close();
    await this.heartbeats?.stop();
  }

  private startWatchdog({ slot, address }: SlotModel): Watchdog {
    const { children, fleet, recorder } = this.options;
    if (!fleet.programs) {
      throw new UsageError(
        `the programs that the instances of '${fleet.stack}' fetch are not here: name the folder that 'cdk synth' wrote, not a template alone`,
      );
    }
    const watchdog = new Watchdog(children, {
      slot,
      address,
      script: fleet.programs.watchdog,
      onVerdict: (well) => {
        recorder.event(`slot ${slot}`, 'info', `its watchdog finds it ${well ? 'well' : 'sick'}`);
        this.heartbeats?.setHealth(slot, well);
      },
    });
    this.watchdogs.set(slot, watchdog);
    watchdog.start();
    return watchdog;
  }

  private slot(slot: string): SlotModel {
    const model = this.options.fleet.slots.find((each) => each.slot === slot);
    if (!model) throw new Error(`no slot ${slot}`);
    return model;
  }
}

async function settled(check: () => boolean, failure: string): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  while (!check()) {
    if (performance.now() > deadline)
      throw new UsageError(`${failure} within ${SETTLED_WITHIN_MS / 1000} s: free the machine and try again`);
    await pause(20);
  }
}

function news(proxy: string, slot: string, state: VrrpState): string {
  if (proxy === slot) return `heartbeats: ${state} of its own slot`;
  return `heartbeats: slot ${proxy} is ${state === 'master' ? 'master of this slot: it is silent or sick' : `${state} again`}`;
}
