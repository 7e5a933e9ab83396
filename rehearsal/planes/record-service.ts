/**
 * The record function on a laptop: the very code that runs in Lambda, for each instance that asks, at every event and on its schedule, with
 * the group in memory and Route 53 with all its rules and rates.
 *
 * Gotchas: Route 53 takes public addresses only, so an instance has one there that stands for its loopback address. A record is in answers once
 * Route 53 says that it is everywhere, and no earlier: what is before that moment differs from server to server.
 */
import { setMaxListeners } from 'node:events';
import { PATIENT_PROBE } from '../../lib/private/takeover-contract';
import type { GroupInstance } from '../../runtime/core/launch';
import type { HostAddresses } from '../../runtime/core/plan-instance-records';
import type { InstanceRecordPorts, Note } from '../../runtime/instance-record-ports';
import { serveRecords } from '../../runtime/instance-records';
import type { Clock, Observation } from '../../runtime/ports';
import type { ScaledClock } from '../clock';
import { ControlPlane } from '../control-plane/control-plane';
import { plainName } from '../control-plane/names';
import type { HostedZone, RecordSet } from '../dns/records';
import type { Recorder } from '../recorder';
import type { RecordsModel, SlotModel } from '../template/model';
import { type ElasticService, mustLaunch } from './elastic-service';
import { MemoryRecordLease } from './memory-record-lease';
import { observeProxies } from './observe-proxies';
import { checkStore, recordStore } from './plane-stores';

const GROUP = 'the group';
/** Simulated seconds until an instance asks again that is not settled: between both ends of what its program does. */
const ASK_AGAIN_SECONDS = 5;
/** An owner as long as one on AWS. */
const OWNER = '0123456789ab';

export interface RecordServiceOptions {
  readonly records: RecordsModel;
  /** Zones of the names, for their names and ids. */
  readonly zones: readonly HostedZone[];
  readonly slots: readonly SlotModel[];
  readonly clock: ScaledClock;
  readonly recorder: Recorder;
  readonly random: () => number;
  /** Whether packets to an address vanish. */
  readonly isSilent: (address: string) => boolean;
  /** A new health check for an address counts as healthy until it knows better. */
  readonly onCheckMade: (address: string) => void;
}

export class RecordService implements ElasticService {
  /** States of the instances, by slot. */
  private readonly members = new Map<string, { readonly slot: SlotModel; readonly instanceId: string; state: string }>();
  private readonly plane: ControlPlane;
  private readonly ports: InstanceRecordPorts;
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly zoneIds: string[];
  private sweeping?: Promise<void>;
  private apiBackAt = 0;
  private launches = 0;
  private runs = 0;

  constructor(private readonly options: RecordServiceOptions) {
    const { records, zones, clock: scaled, random, recorder, onCheckMade } = options;
    const names = records.topology.names.map(({ hostedZoneId }) => hostedZoneId);
    this.zoneIds = [...new Set(names)];
    // Every pause of every run listens to it.
    setMaxListeners(0, this.stopping.signal);
    const clock: Clock = {
      now: () => scaled.now(),
      elapsed: () => scaled.elapsed(),
      sleep: (ms) => scaled.sleep(ms, this.stopping.signal),
    };
    const seeds = this.zoneIds.map((id) => {
      const zone = zones.find((each) => each.id === id);
      return { id, name: zone?.name ?? 'zone', nameServers: zone?.nameServers ?? ['ns.test'] };
    });
    this.plane = new ControlPlane({ clock: scaled, random, zones: seeds });
    this.ports = {
      group: {
        instances: async () => this.instances(),
        completeLaunch: async ({ instanceId }) => this.completeLaunch(instanceId),
      },
      hosts: { addresses: async (ids) => new Map(ids.map((id) => [id, this.addressesOf(id)])) },
      records: recordStore(() => this.api),
      ...(records.topology.probes.length > 0 && { prober: { observe: (addresses) => this.observe(addresses, clock) } }),
      checks: checkStore(
        () => this.api,
        (address) => onCheckMade(this.loopbackOf(address)),
      ),
      lease: new MemoryRecordLease(),
      clock,
      log: {
        write: (entry) => {
          if (entry.event === 'unfit') {
            recorder.event(this.rowOf(entry.instanceId), 'info', `observers find it ${entry.reason}`);
            return;
          }
          const { event, name, published, withdrawn, reason } = entry;
          const what = `${published.length} published, ${withdrawn.length} withdrawn`;
          recorder.event(
            `dns ${name}`,
            'info',
            reason === undefined ? `records ${event}: ${what}` : `records ${event}: ${reason}`,
          );
        },
      },
    };
  }

  async start(slots: readonly SlotModel[]): Promise<void> {
    await Promise.all(slots.map((slot) => mustLaunch(this, slot)));
    this.sweeping = this.sweep();
  }

  async launch(slot: SlotModel): Promise<string | undefined> {
    const instanceId = `i-${++this.launches}`;
    this.members.set(slot.slot, { slot, instanceId, state: 'Pending:Wait' });
    const deadline = this.ports.clock.now() + this.options.records.launchSeconds * 1000;
    while (this.ports.clock.now() < deadline && !this.stopping.signal.aborted) {
      const settled = await this.serve({ live: instanceId }).then(
        (answer) => answer.settled,
        () => false,
      );
      if (settled) return slot.address;
      await this.ports.clock.sleep(ASK_AGAIN_SECONDS * 1000);
    }
    return undefined;
  }

  terminate(slot: string): void {
    const member = this.members.get(slot);
    if (!member) return;
    member.state = 'Terminating:Wait';
    this.hint();
  }

  interrupt(slot: string): void {
    const leaving = this.members.get(slot)?.instanceId;
    if (leaving !== undefined) this.hint({ leaving });
  }

  end(slot: string): void {
    if (this.members.delete(slot)) this.hint();
  }

  loseApi(seconds: number): void {
    this.apiBackAt = this.options.clock.now() + seconds * 1000;
  }

  get slots(): SlotModel[] {
    return [...this.members.values()].map(({ slot }) => slot);
  }

  addressOf(slot: string): string | undefined {
    return this.members.get(slot)?.slot.address;
  }

  laneOf(address: string): string | undefined {
    const slot = this.options.slots.find((each) => each.address === address);
    return slot && `slot ${slot.slot}`;
  }

  isFree(address: string): boolean {
    return !this.slots.some((slot) => slot.address === address);
  }

  isPublished({ name, type, values }: RecordSet): boolean {
    const { names } = this.options.records.topology;
    if (type !== 'A' || !names.some(({ recordName }) => recordName === name)) return true;
    const [address = ''] = values;
    return this.zoneIds.some((id) =>
      this.plane
        .served(id)
        .records.some(
          ({ Name, ResourceRecords = [] }) =>
            plainName(Name) === name && ResourceRecords.some(({ Value }) => this.loopbackOf(Value) === address),
        ),
    );
  }

  /** Names lead to the proxies themselves. */
  refuse(): void {}

  accept(): void {}

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sweeping;
    await Promise.all(this.underWay);
  }

  private get api(): ControlPlane {
    if (this.options.clock.now() < this.apiBackAt) throw new Error("Route 53's API is away");
    return this.plane;
  }

  private instances(): GroupInstance[] {
    return [...this.members.values()].map(({ instanceId, state }) => ({ groupName: GROUP, instanceId, lifecycleState: state }));
  }

  private completeLaunch(instanceId: string): void {
    const member = this.memberOf(instanceId);
    if (member?.state !== 'Pending:Wait') return;
    member.state = 'InService';
    this.options.recorder.event(`slot ${member.slot.slot}`, 'info', 'its instance is in service');
  }

  /** Something happened to the group. What fails is in the log, and the next sweep repairs. */
  private hint(note: Note = {}): void {
    const run = this.serve(note).catch(() => undefined);
    const tracked: Promise<unknown> = run.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  private serve(note: Note) {
    return serveRecords(this.ports, { ...this.options.records.topology, owner: OWNER }, `run-${++this.runs}`, note);
  }

  private async sweep(): Promise<void> {
    const { clock, random, records } = this.options;
    const { signal } = this.stopping;
    if (records.sweepSeconds === undefined) return;
    const period = records.sweepSeconds * 1000;
    let next = clock.now() + random() * period;
    for (;;) {
      await clock.sleep(next - clock.now(), signal);
      if (signal.aborted) return;
      this.hint();
      next += period;
    }
  }

  /** What observers see who ask for the addresses that stand for those of this machine. */
  private async observe(addresses: string[], clock: Clock): Promise<Observation[]> {
    const { records, clock: scaled, isSilent } = this.options;
    const zones = records.topology.probes.map(({ zone }) => zone);
    const places = new Map(addresses.map((address) => [this.loopbackOf(address), address]));
    const seen = await observeProxies([...places.keys()], { zones, probe: PATIENT_PROBE, scaled, clock, isSilent });
    return seen.map(({ zone, health }) => ({
      zone,
      health: Object.fromEntries(Object.entries(health).map(([place, found]) => [places.get(place) ?? place, found])),
    }));
  }

  /** The same for every instance of a slot: there is one at a time. */
  private addressesOf(instanceId: string): HostAddresses {
    const { slot, zone } = this.memberOf(instanceId)?.slot ?? { slot: '0' };
    return { A: `198.51.100.${slot}`, AAAA: `2600:1f18::${slot}`, zone };
  }

  private memberOf(id: string) {
    return [...this.members.values()].find(({ instanceId }) => instanceId === id);
  }

  private rowOf(instanceId: string): string {
    return `slot ${this.memberOf(instanceId)?.slot.slot ?? 'none'}`;
  }

  private loopbackOf(publicAddress: string): string {
    const number = publicAddress.split('.').at(-1);
    return this.options.slots.find(({ slot }) => slot === number)?.address ?? '';
  }
}
