import type { PoolTopology } from '../../lib/private/pool-contract';
import type { GroupInstance } from '../../runtime/core/launch';
import type { PoolAddress, PoolClaim } from '../../runtime/core/plan-pool';
import { type AddressPool, type GroupView, type PoolEntry, type PoolPorts, Refused } from '../../runtime/ports';
import type { VirtualTime } from './virtual-time';

const GROUP = 'Edge-Group';

/**
 * An auto scaling group and a pool of Elastic IPs as AWS keeps them: changed by calls and by tests. An instance that would come into service
 * without an address is an error.
 */
export class FakePool implements GroupView, AddressPool {
  readonly members = new Map<string, string>();
  /** Instances by the address that they have. */
  readonly holders = new Map<string, string | undefined>();
  readonly log: PoolEntry[] = [];
  /** Calls in their order. */
  readonly calls: string[] = [];
  /** Milliseconds until a claim shows in the answers of EC2. */
  lagMs = 0;
  /** How old an answer of EC2 may be, in milliseconds, whatever came before. */
  staleMs = () => 0;
  /** Makes a call fail. */
  fault: (call: string) => Error | undefined = () => undefined;
  readonly topology: PoolTopology;
  private readonly shownAt = new Map<string, number>();
  /** Who had which address until when, oldest first. */
  private readonly past: { readonly until: number; readonly holders: ReadonlyMap<string, string | undefined> }[] = [];

  constructor(
    private readonly time: VirtualTime,
    size: number,
  ) {
    const allocationIds = Array.from({ length: size }, (_, index) => `eipalloc-${index + 1}`);
    for (const allocationId of allocationIds) this.holders.set(allocationId, undefined);
    this.topology = { fleet: 'Stack/Edge', tag: { key: 'proxy-fleet', value: 'Stack/Edge' }, allocationIds };
  }

  get ports(): PoolPorts {
    return { group: this, pool: this, clock: this.time, log: { write: (entry) => this.log.push(entry) } };
  }

  /** An instance that waits in its launch hook, or as told. */
  launch(instanceId: string, state = 'Pending:Wait'): void {
    this.members.set(instanceId, state);
  }

  /** EC2 ends an instance, and its address is free again. */
  end(instanceId: string): void {
    this.members.delete(instanceId);
    this.past.push({ until: this.time.now(), holders: new Map(this.holders) });
    for (const [allocationId, holder] of this.holders) {
      if (holder === instanceId) this.holders.set(allocationId, undefined);
    }
  }

  addressOf(instanceId: string): string | undefined {
    return [...this.holders].find(([, holder]) => holder === instanceId)?.[0];
  }

  stateOf(instanceId: string): string | undefined {
    return this.members.get(instanceId);
  }

  count(call: string): number {
    return this.calls.filter((each) => each.startsWith(call)).length;
  }

  async instances(): Promise<GroupInstance[]> {
    await this.call('instances');
    return [...this.members].map(([instanceId, lifecycleState]) => ({ groupName: GROUP, instanceId, lifecycleState }));
  }

  async poolAddresses({ allocationIds }: Pick<PoolTopology, 'allocationIds'>): Promise<PoolAddress[]> {
    await this.call('addresses');
    const at = this.time.now() - this.staleMs();
    const holders = this.past.find(({ until }) => until > at)?.holders ?? this.holders;
    return [...this.holders.keys()].map((allocationId) => {
      const holder = holders.get(allocationId);
      const index = allocationIds.indexOf(allocationId);
      const place = index < 0 ? undefined : index;
      if (holder === undefined || (this.shownAt.get(allocationId) ?? 0) > this.time.now()) return { allocationId, place };
      return { allocationId, place, associationId: `eipassoc-${allocationId}-${holder}`, instanceId: holder };
    });
  }

  async claim({ allocationId, instanceId }: PoolClaim): Promise<void> {
    await this.call(`claim ${allocationId} ${instanceId}`);
    if (!this.members.has(instanceId)) throw Object.assign(new Error('it is gone'), { name: 'InvalidInstanceID.NotFound' });
    if (this.holders.get(allocationId) !== undefined) throw new Refused('the address is taken');
    this.past.push({ until: this.time.now(), holders: new Map(this.holders) });
    // EC2 gives it in place of one that the instance has.
    const before = this.addressOf(instanceId);
    if (before !== undefined) this.holders.set(before, undefined);
    this.holders.set(allocationId, instanceId);
    this.shownAt.set(allocationId, this.time.now() + this.lagMs);
  }

  async completeLaunch({ groupName, instanceId }: Pick<GroupInstance, 'groupName' | 'instanceId'>): Promise<void> {
    await this.call(`complete ${instanceId}`);
    const state = this.members.get(instanceId);
    if (groupName !== GROUP) throw new Error(`no group ${groupName}`);
    if (state === 'Warmed:Pending:Wait') this.members.set(instanceId, 'Warmed:Stopped');
    if (state !== 'Pending:Wait') return;
    if (this.addressOf(instanceId) === undefined) throw new Error(`${instanceId} came into service without an address`);
    this.members.set(instanceId, 'InService');
  }

  async completeDrain({ instanceId }: Pick<GroupInstance, 'instanceId'>): Promise<void> {
    await this.call(`drained ${instanceId}`);
    if (this.members.get(instanceId) === 'Warmed:Terminating:Wait') this.members.delete(instanceId);
  }

  /** Takes a while, so that runs meet. */
  private async call(call: string): Promise<void> {
    this.calls.push(call);
    await this.time.sleep(20);
    const error = this.fault(call);
    if (error) throw error;
  }
}
