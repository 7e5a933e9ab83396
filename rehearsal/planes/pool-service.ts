/**
 * The address function on a laptop: the very code that runs in Lambda, for each instance that asks and on its schedule, with the group and
 * EC2's addresses in memory and a forwarder for each address.
 *
 * Gotchas: traffic follows an association after a random part of the assumed address move. An address that nobody has refuses here, and on
 * AWS nobody would answer. An instance that ends frees its address at once.
 */
import type { PoolTopology } from '../../lib/private/pool-contract';
import { serveAddresses } from '../../runtime/address-pool';
import type { PoolAddress, PoolClaim } from '../../runtime/core/plan-pool';
import { type AddressPool, type PoolPorts, Refused } from '../../runtime/ports';
import type { ScaledClock } from '../clock';
import type { Recorder } from '../recorder';
import type { PoolModel, SlotModel } from '../template/model';
import { Background } from './background';
import { type ElasticService, mustLaunch } from './elastic-service';
import { Forwarder } from './forwarder';
import { MemoryGroup } from './memory-group';

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

export class PoolService implements ElasticService, AddressPool {
  private readonly group: MemoryGroup;
  private readonly background: Background;
  private readonly addresses: ReadonlyMap<string, Address>;
  private readonly gone = new Set<string>();
  private readonly ports: PoolPorts;
  private primed = false;

  constructor(private readonly options: PoolServiceOptions) {
    const { pool, ports, clock, recorder } = options;
    this.group = new MemoryGroup(recorder);
    this.background = new Background(clock);
    this.addresses = new Map(
      [...pool.addresses].map(([allocationId, address]) => [allocationId, { address, forwarder: new Forwarder(address, ports) }]),
    );
    this.ports = { group: this.group, pool: this, clock: this.background.clock, log: { write: () => undefined } };
  }

  async start(slots: readonly SlotModel[]): Promise<void> {
    for (const { forwarder } of this.addresses.values()) {
      await forwarder.start();
      forwarder.refuse();
    }
    for (const slot of slots) await mustLaunch(this, slot);
    this.primed = true;
    const { pool, random } = this.options;
    this.background.sweepEvery(pool.sweepSeconds, random, () => serveAddresses(this.ports, pool.topology));
  }

  async launch(slot: SlotModel): Promise<string | undefined> {
    const { launchSeconds, topology } = this.options.pool;
    const isSettled = await this.group.launch(slot, launchSeconds, this.background, async (instanceId) => {
      const { settled } = await serveAddresses(this.ports, topology, instanceId);
      return settled;
    });
    return isSettled ? this.addressOf(slot.slot) : undefined;
  }

  terminate(slot: string): void {
    this.group.terminate(slot);
  }

  /** Its health check does what there is to do. */
  interrupt(): void {}

  /** Nothing calls it. */
  loseApi(): void {}

  /** Health checkers are in no zone. */
  loseZone(): void {}

  end(slot: string): void {
    const instanceId = this.group.end(slot)?.instanceId;
    for (const each of this.addresses.values()) {
      if (instanceId === undefined || each.holder !== instanceId) continue;
      each.holder = undefined;
      this.point(each, undefined);
      this.options.recorder.event(laneOfPoolAddress(each.address), 'info', `free: the instance of slot ${slot} is gone`);
    }
  }

  get slots(): SlotModel[] {
    return this.group.members.map(({ slot }) => slot);
  }

  addressOf(slot: string): string | undefined {
    const instanceId = this.group.at(slot)?.instanceId;
    return [...this.addresses.values()].find(({ holder }) => holder !== undefined && holder === instanceId)?.address;
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
    await this.background.stop();
    await Promise.all([...this.addresses.values()].map(({ forwarder }) => forwarder.stop()));
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
    const member = this.group.memberOf(instanceId);
    if (!wanted || !member) throw new Error(`no ${allocationId} or ${instanceId}`);
    const taken = [...this.addresses.values()].some((each) => each.holder === instanceId);
    if (wanted.holder !== undefined || taken) throw new Refused('it is taken');
    wanted.holder = instanceId;
    const { random, recorder, addressMoveSeconds } = this.options;
    recorder.event(laneOfPoolAddress(wanted.address), 'info', `AssociateAddress to slot ${member.slot.slot}`);
    // Nobody waits for the addresses of the first instances.
    const delay = this.primed ? random() * addressMoveSeconds * 1000 : 0;
    this.background.track(
      this.background.clock.sleep(delay).then(() => {
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
      else this.background.track(forwarder.accept());
    }
  }
}

/** Row of an address of the pool in the timeline: they are numbered in the last byte. */
export function laneOfPoolAddress(address: string): string {
  return `address ${address.split('.').at(-1)}`;
}
