/**
 * The takeover function on a laptop: the very code that runs in Lambda, on its schedule and at every hint, with EC2 in memory, a real
 * look at real proxies and a forwarder for each virtual IP.
 *
 * Runs may overlap, as in Lambda.
 */

import { type FleetTopology, PROBE } from '../../lib/private/takeover-contract';
import type { TakeoverEntry, TakeoverPorts } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { ScaledClock } from '../clock';
import type { Recorder } from '../recorder';
import type { FleetModel, TakeoverModel } from '../template/model';
import { Background } from './background';
import { type AddressMove, Ec2Plane } from './ec2-plane';
import { Forwarder } from './forwarder';
import { MemoryTakeoverStore } from './memory-takeover-store';
import { observeProxies } from './observe-proxies';

export interface TakeoverServiceOptions {
  readonly fleet: FleetModel;
  readonly takeover: TakeoverModel;
  /** Ports on this machine that a virtual IP forwards. */
  readonly ports: number[];
  readonly clock: ScaledClock;
  readonly recorder: Recorder;
  readonly random: () => number;
  readonly addressMoveSeconds: number;
  /** True for an address of a host that is dead: here its port refuses, on EC2 nobody would answer. */
  readonly isSilent: (address: string) => boolean;
}

export class TakeoverService {
  /** What the takeover code acts through; an operator's orders go the same way. */
  readonly ports: TakeoverPorts;
  readonly topology: FleetTopology;
  private readonly forwarders: ReadonlyMap<string, Forwarder>;
  private readonly background: Background;
  /** Slot that traffic for a virtual IP reaches, by allocation. */
  private readonly holders = new Map<string, string>();
  /** Private address that each virtual IP leads to, by allocation. */
  private readonly targets = new Map<string, string>();
  /** Private addresses whose proxies are gone. */
  private readonly gone = new Set<string>();
  private primed = false;
  private runs = 0;

  constructor(private readonly options: TakeoverServiceOptions) {
    const { fleet, takeover, clock: scaled, random, addressMoveSeconds, ports } = options;
    this.topology = takeover.topology;
    this.background = new Background(scaled);
    this.forwarders = new Map(
      [...takeover.addresses].map(([allocationId, address]) => [allocationId, new Forwarder(address, ports)]),
    );
    const { clock } = this.background;
    const plane = new Ec2Plane({
      fleet,
      takeover,
      clock,
      // Nobody waits for the addresses' first holders.
      delaySeconds: () => (this.primed ? random() * addressMoveSeconds : 0),
      onAssociate: (move) => this.associated(move),
      onTraffic: (move) => this.trafficFollows(move),
    });
    this.ports = {
      view: plane,
      plane,
      prober: {
        observe: (addresses) =>
          observeProxies(addresses, {
            zones: this.topology.probes.map(({ zone }) => zone),
            probe: PROBE,
            scaled,
            clock,
            isSilent: options.isSilent,
          }),
      },
      store: new MemoryTakeoverStore(),
      // What a run tells EventBridge stands in its log, too.
      announcer: { announce: async () => undefined },
      log: { write: (entry) => this.log(entry) },
      clock,
    };
  }

  /** Starts the forwarders and gives every virtual IP its first holder, as the lifecycle function does at deploy. */
  async start(): Promise<void> {
    await Promise.all([...this.forwarders.values()].map((forwarder) => forwarder.start()));
    await this.run();
    // An address that nobody holds by then is left to the sweeps.
    const { timeScale } = this.options.clock;
    const { clock } = this.background;
    const deadline = clock.now() + timeScale * 1000;
    while (this.holders.size < this.forwarders.size && clock.now() < deadline) await clock.sleep(10);
    await this.forgetMoves();
    this.primed = true;
    const { random, takeover } = this.options;
    this.background.sweepEvery(takeover.sweepSeconds, random, () => this.run());
  }

  /** A fleet that has been up for long: the first holder is no move that the next one would have to wait for. */
  private async forgetMoves(): Promise<void> {
    const { store } = this.ports;
    const stored = await store.read();
    await store.commit(stored, { ...stored.state, moves: {} }, 'start');
  }

  /** A word that a look is worth it, whatever it was. Never rejects: what fails is in the log, and the next sweep repairs. */
  hint(): Promise<void> {
    if (this.background.isOver) return Promise.resolve();
    const run = this.run().catch(() => undefined);
    this.background.track(run);
    return run;
  }

  /** Name of the slot that traffic for the virtual IP reaches. */
  holderOf(allocationId: string): string | undefined {
    return this.holders.get(allocationId);
  }

  /** The proxy behind the private addresses is gone: who leads to one of them refuses. */
  refuse(addresses: readonly string[]): void {
    for (const address of addresses) this.gone.add(address);
    this.follow();
  }

  /** The proxy behind the private addresses is there again. */
  accept(addresses: readonly string[]): void {
    for (const address of addresses) this.gone.delete(address);
    this.follow();
  }

  async stop(): Promise<void> {
    await this.background.stop();
    await Promise.all([...this.forwarders.values()].map((forwarder) => forwarder.stop()));
  }

  private async run(): Promise<void> {
    await runTakeover(this.ports, this.topology, { owner: `run-${++this.runs}` });
  }

  private log({ event, virtualIp, from, to, epoch, reason }: TakeoverEntry): void {
    if (event === 'well') return;
    const where = event === 'moved' ? `moved from slot ${from ?? 'none'} to slot ${to}, epoch ${epoch}` : event;
    // What is about no address in particular is about all of them.
    const about = virtualIp === undefined ? this.topology.virtualIps.map(({ name }) => name) : [virtualIp];
    for (const name of about) this.options.recorder.event(laneOf(name), 'info', `${where}: ${reason}`);
  }

  private associated({ allocationId, interfaceId }: AddressMove): void {
    const text = `AssociateAddress to slot ${this.slotOf(interfaceId)}`;
    this.options.recorder.event(laneOf(this.nameOf(allocationId)), 'info', text, { about: ASSOCIATED });
  }

  private trafficFollows({ allocationId, interfaceId, privateAddress }: AddressMove): void {
    const { clock, recorder } = this.options;
    const slot = this.slotOf(interfaceId);
    const at = clock.now();
    this.forwarders.get(allocationId)?.point(privateAddress);
    this.holders.set(allocationId, slot);
    this.targets.set(allocationId, privateAddress);
    this.follow();
    recorder.event(laneOf(this.nameOf(allocationId)), 'move', `traffic follows to slot ${slot}`, { at });
  }

  private follow(): void {
    for (const [allocationId, target] of this.targets) {
      const forwarder = this.forwarders.get(allocationId);
      if (this.gone.has(target)) forwarder?.refuse();
      // A port that somebody took meanwhile is an outage, and the figures show it.
      else void forwarder?.accept().catch(() => undefined);
    }
  }

  private slotOf(interfaceId: string): string {
    return this.options.fleet.slots.find((each) => each.interfaceId === interfaceId)?.slot ?? '?';
  }

  private nameOf(allocationId: string): string {
    return this.topology.virtualIps.find((each) => each.allocationId === allocationId)?.name ?? '';
  }
}

/** What the events of issued calls are about, so that they are told from other news of an address. */
export const ASSOCIATED = 'AssociateAddress';

/** Row of a virtual IP in the timeline. */
export function laneOf(virtualIp: string): string {
  return `virtual ip ${virtualIp}`;
}
