/**
 * The record function on a laptop: the very code that runs in Lambda, for each instance that asks, at every event and on its schedule, with
 * the group in memory and Route 53 with all its rules and rates.
 *
 * Gotchas: Route 53 takes public addresses only, so an instance has one there that stands for its loopback address. A record is in answers once
 * Route 53 says that it is everywhere, and no earlier: what is before that moment differs from server to server.
 */
import { PATIENT_PROBE } from '../../lib/private/takeover-contract';
import type { HostAddresses } from '../../runtime/core/plan-instance-records';
import type { InstanceRecordPorts, Note } from '../../runtime/instance-record-ports';
import { serveRecords } from '../../runtime/instance-records';
import type { Observation } from '../../runtime/ports';
import type { ScaledClock } from '../clock';
import { ControlPlane } from '../control-plane/control-plane';
import { plainName } from '../control-plane/names';
import type { HostedZone, RecordSet } from '../dns/records';
import type { Recorder } from '../recorder';
import type { RecordsModel, SlotModel } from '../template/model';
import { Background } from './background';
import { type ElasticService, mustLaunch } from './elastic-service';
import { MemoryGroup } from './memory-group';
import { MemoryRecordLease } from './memory-record-lease';
import { observeProxies } from './observe-proxies';
import { checkStore, recordStore } from './plane-stores';

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
  private readonly group: MemoryGroup;
  private readonly background: Background;
  private readonly plane: ControlPlane;
  private readonly ports: InstanceRecordPorts;
  private readonly zoneIds: string[];
  private readonly lostZones = new Set<string>();
  private apiBackAt = 0;
  private runs = 0;

  constructor(private readonly options: RecordServiceOptions) {
    const { records, zones, clock, random, recorder, onCheckMade } = options;
    this.group = new MemoryGroup(recorder);
    this.background = new Background(clock);
    const names = records.topology.names.map(({ hostedZoneId }) => hostedZoneId);
    this.zoneIds = [...new Set(names)];
    const seeds = this.zoneIds.map((id) => {
      const zone = zones.find((each) => each.id === id);
      return { id, name: zone?.name ?? 'zone', nameServers: zone?.nameServers ?? ['ns.test'] };
    });
    this.plane = new ControlPlane({ clock, random, zones: seeds });
    this.ports = {
      group: this.group,
      hosts: { addresses: async (ids) => new Map(ids.map((id) => [id, this.addressesOf(id)])) },
      records: recordStore(() => this.api),
      ...(records.topology.probes.length > 0 && { prober: { observe: (addresses) => this.observe(addresses) } }),
      checks: checkStore(
        () => this.api,
        (address) => onCheckMade(this.loopbackOf(address)),
      ),
      lease: new MemoryRecordLease(),
      clock: this.background.clock,
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
    const { records, random } = this.options;
    this.background.sweepEvery(records.sweepSeconds, random, () => this.serve());
  }

  async launch(slot: SlotModel): Promise<string | undefined> {
    const { launchSeconds } = this.options.records;
    const isPublished = await this.group.launch(slot, launchSeconds, this.background, (live) =>
      this.serve({ live }).then(
        ({ settled }) => settled,
        () => false,
      ),
    );
    return isPublished ? slot.address : undefined;
  }

  terminate(slot: string): void {
    this.group.terminate(slot);
    this.background.track(this.serve());
  }

  interrupt(slot: string): void {
    const leaving = this.group.at(slot)?.instanceId;
    if (leaving !== undefined) this.background.track(this.serve({ leaving }));
  }

  end(slot: string): void {
    if (this.group.end(slot)) this.background.track(this.serve());
  }

  loseApi(seconds: number): void {
    this.apiBackAt = this.options.clock.now() + seconds * 1000;
  }

  loseZone(zone: string): void {
    this.lostZones.add(zone);
  }

  get slots(): SlotModel[] {
    return this.group.members.map(({ slot }) => slot);
  }

  addressOf(slot: string): string | undefined {
    return this.group.at(slot)?.slot.address;
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

  stop(): Promise<void> {
    return this.background.stop();
  }

  private get api(): ControlPlane {
    if (this.options.clock.now() < this.apiBackAt) throw new Error("Route 53's API is away");
    return this.plane;
  }

  private serve(note: Note = {}) {
    return serveRecords(this.ports, { ...this.options.records.topology, owner: OWNER }, `run-${++this.runs}`, note);
  }

  /** What observers see who ask for the addresses that stand for those of this machine. */
  private async observe(addresses: string[]): Promise<Observation[]> {
    const { records, clock: scaled, isSilent } = this.options;
    const { clock } = this.background;
    const zones = records.topology.probes.map(({ zone }) => zone).filter((zone) => !this.lostZones.has(zone));
    const places = new Map(addresses.map((address) => [this.loopbackOf(address), address]));
    const seen = await observeProxies([...places.keys()], { zones, probe: PATIENT_PROBE, scaled, clock, isSilent });
    return seen.map(({ zone, health }) => ({
      zone,
      health: Object.fromEntries(Object.entries(health).map(([place, found]) => [places.get(place) ?? place, found])),
    }));
  }

  /** The same for every instance of a slot: there is one at a time. */
  private addressesOf(instanceId: string): HostAddresses {
    const { slot, zone } = this.group.memberOf(instanceId)?.slot ?? { slot: '0' };
    return { A: `198.51.100.${slot}`, AAAA: `2600:1f18::${slot}`, zone };
  }

  private rowOf(instanceId: string): string {
    return `slot ${this.group.memberOf(instanceId)?.slot.slot ?? 'none'}`;
  }

  private loopbackOf(publicAddress: string): string {
    const number = publicAddress.split('.').at(-1);
    return this.options.slots.find(({ slot }) => slot === number)?.address ?? '';
  }
}
