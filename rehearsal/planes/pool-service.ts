/**
 * The address function on a laptop: the very code that runs in Lambda, for each instance that asks and on its schedule, with the group and
 * EC2's addresses in memory and a forwarder for each address.
 *
 * Gotchas: traffic follows an association after a random part of the assumed address move. An address that nobody has refuses here, and on
 * AWS nobody would answer. An instance that ends frees its address at once.
 */
import { setMaxListeners } from 'node:events';
import type { PoolTopology } from '../../lib/private/pool-contract';
import { serveAddresses } from '../../runtime/address-pool';
import type { GroupInstance } from '../../runtime/core/launch';
import type { PoolAddress, PoolClaim } from '../../runtime/core/plan-pool';
import { type AddressPool, type Clock, type GroupView, type PoolPorts, Refused } from '../../runtime/ports';
import type { ScaledClock } from '../clock';
import type { Recorder } from '../recorder';
import type { PoolModel, SlotModel } from '../template/model';
import { type ElasticService, mustLaunch } from './elastic-service';
import { Forwarder } from './forwarder';

const GROUP = 'the group';
/** Simulated seconds until an instance asks again that is not settled: between both ends of what its program does. */
const ASK_AGAIN_SECONDS = 5;

export interface PoolServiceOptions {
  readonly pool: PoolModel;
  /** Ports on this machine that an address leads to. */
  readonly ports: number[];
  readonly clock: ScaledClock;
  readonly recorder: Recorder;
  readonly random: () => number;
  readonly addressMoveSeconds: number;
}

interface Address {
  readonly address: string;
  readonly forwarder: Forwarder;
  /** The instance that EC2 shows it on. */
  holder?: string;
  /** Where its traffic goes. */
  target?: string;
}

export class PoolService implements ElasticService, GroupView, AddressPool {
  /** States of the instances, by slot. */
  private readonly members = new Map<string, { readonly slot: SlotModel; state: string }>();
  private readonly addresses: ReadonlyMap<string, Address>;
  private readonly gone = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();
  private readonly ports: PoolPorts;
  private primed = false;
  private sweeping?: Promise<void>;

  constructor(private readonly options: PoolServiceOptions) {
    const { pool, ports, clock: scaled } = options;
    // Every pause of every run listens to it.
    setMaxListeners(0, this.stopping.signal);
    this.addresses = new Map(
      [...pool.addresses].map(([allocationId, address]) => [allocationId, { address, forwarder: new Forwarder(address, ports) }]),
    );
    const clock: Clock = {
      now: () => scaled.now(),
      elapsed: () => scaled.elapsed(),
      sleep: (ms) => scaled.sleep(ms, this.stopping.signal),
    };
    this.ports = { group: this, pool: this, clock, log: { write: () => undefined } };
  }

  async start(slots: readonly SlotModel[]): Promise<void> {
    for (const { forwarder } of this.addresses.values()) {
      await forwarder.start();
      forwarder.refuse();
    }
    for (const slot of slots) await mustLaunch(this, slot);
    this.primed = true;
    this.sweeping = this.sweep();
  }

  async launch(slot: SlotModel): Promise<string | undefined> {
    const instanceId = instanceOf(slot.slot);
    this.members.set(slot.slot, { slot, state: 'Pending:Wait' });
    const deadline = this.ports.clock.now() + this.options.pool.launchSeconds * 1000;
    while (this.ports.clock.now() < deadline && !this.stopping.signal.aborted) {
      const { settled } = await serveAddresses(this.ports, this.options.pool.topology, instanceId);
      if (settled) break;
      await this.ports.clock.sleep(ASK_AGAIN_SECONDS * 1000);
    }
    return this.addressOf(slot.slot);
  }

  terminate(slot: string): void {
    const member = this.members.get(slot);
    if (member) member.state = 'Terminating:Wait';
  }

  /** Its health check does what there is to do. */
  interrupt(): void {}

  /** Nothing calls it. */
  loseApi(): void {}

  end(slot: string): void {
    this.members.delete(slot);
    for (const each of this.addresses.values()) {
      if (each.holder !== instanceOf(slot)) continue;
      each.holder = undefined;
      this.point(each, undefined);
      this.options.recorder.event(laneOfPoolAddress(each.address), 'info', `free: the instance of slot ${slot} is gone`);
    }
  }

  get slots(): SlotModel[] {
    return [...this.members.values()].map(({ slot }) => slot);
  }

  addressOf(slot: string): string | undefined {
    return [...this.addresses.values()].find(({ holder }) => holder === instanceOf(slot))?.address;
  }

  laneOf(address: string): string | undefined {
    return [...this.addresses.values()].some((each) => each.address === address) ? laneOfPoolAddress(address) : undefined;
  }

  /** Its records are there from the deploy on. */
  isPublished(): boolean {
    return true;
  }

  isFree(address: string): boolean {
    return [...this.addresses.values()].some((each) => each.address === address && each.holder === undefined);
  }

  refuse(target: string): void {
    this.gone.add(target);
    this.follow();
  }

  accept(target: string): void {
    this.gone.delete(target);
    this.follow();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.sweeping;
    await Promise.all(this.underWay);
    await Promise.all([...this.addresses.values()].map(({ forwarder }) => forwarder.stop()));
  }

  async instances(): Promise<GroupInstance[]> {
    return [...this.members].map(([slot, { state }]) => ({
      groupName: GROUP,
      instanceId: instanceOf(slot),
      lifecycleState: state,
    }));
  }

  async completeLaunch({ instanceId }: Pick<GroupInstance, 'instanceId'>): Promise<void> {
    const member = [...this.members].find(([slot]) => instanceOf(slot) === instanceId)?.[1];
    if (member?.state !== 'Pending:Wait') return;
    member.state = 'InService';
    this.options.recorder.event(`slot ${member.slot.slot}`, 'info', 'its instance is in service');
  }

  async poolAddresses({ allocationIds }: Pick<PoolTopology, 'allocationIds'>): Promise<PoolAddress[]> {
    return allocationIds.map((allocationId, place) => {
      const instanceId = this.addresses.get(allocationId)?.holder;
      return {
        allocationId,
        place,
        ...(instanceId !== undefined && { associationId: `${allocationId} ${instanceId}`, instanceId }),
      };
    });
  }

  async claim({ allocationId, instanceId }: PoolClaim): Promise<void> {
    const wanted = this.addresses.get(allocationId);
    const member = [...this.members].find(([slot]) => instanceOf(slot) === instanceId)?.[1];
    if (!wanted || !member) throw new Error(`no ${allocationId} or ${instanceId}`);
    const taken = [...this.addresses.values()].some((each) => each.holder === instanceId);
    if (wanted.holder !== undefined || taken) throw new Refused('it is taken');
    wanted.holder = instanceId;
    const { clock, random, recorder, addressMoveSeconds } = this.options;
    recorder.event(laneOfPoolAddress(wanted.address), 'info', `AssociateAddress to slot ${member.slot.slot}`);
    // Nobody waits for the addresses of the first instances.
    const delay = this.primed ? random() * addressMoveSeconds * 1000 : 0;
    this.track(
      clock.sleep(delay, this.stopping.signal).then(() => {
        if (wanted.holder === instanceId) this.point(wanted, member.slot.address);
      }),
    );
  }

  private point(each: Address, target: string | undefined): void {
    each.target = target;
    each.forwarder.point(target);
    this.follow();
    if (target !== undefined) this.options.recorder.event(laneOfPoolAddress(each.address), 'move', `traffic goes to ${target}`);
  }

  private follow(): void {
    for (const { target, forwarder } of this.addresses.values()) {
      if (target === undefined || this.gone.has(target)) forwarder.refuse();
      // A port that somebody took meanwhile is an outage, and the figures show it.
      else this.track(forwarder.accept().catch(() => undefined));
    }
  }

  private async sweep(): Promise<void> {
    const { clock, random, pool } = this.options;
    const { signal } = this.stopping;
    if (pool.sweepSeconds === undefined) return;
    const period = pool.sweepSeconds * 1000;
    let next = clock.now() + random() * period;
    for (;;) {
      await clock.sleep(next - clock.now(), signal);
      if (signal.aborted) return;
      // What fails is told by the figures, and the next sweep repairs.
      this.track(serveAddresses(this.ports, pool.topology).catch(() => undefined));
      next += period;
    }
  }

  private track(work: Promise<unknown>): void {
    const tracked = work.finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }
}

function instanceOf(slot: string): string {
  return `i-slot-${slot}`;
}

/** Row of an address of the pool in the timeline: they are numbered in the last byte. */
export function laneOfPoolAddress(address: string): string {
  return `address ${address.split('.').at(-1)}`;
}
