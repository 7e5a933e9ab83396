/** The group of an elastic fleet, in memory: what EC2 Auto Scaling says of its instances, one for each slot that has one. */
import type { GroupInstance } from '../../runtime/core/launch';
import type { GroupView } from '../../runtime/ports';
import type { Recorder } from '../recorder';
import type { SlotModel } from '../template/model';
import type { Background } from './background';

const GROUP = 'the group';
/** Simulated seconds until an instance asks again that is not settled: between both ends of what its program does. */
const ASK_AGAIN_SECONDS = 5;

export interface GroupMember {
  readonly slot: SlotModel;
  readonly instanceId: string;
  state: string;
}

export class MemoryGroup implements GroupView {
  private readonly bySlot = new Map<string, GroupMember>();
  private launches = 0;

  constructor(private readonly recorder: Recorder) {}

  /** In the order in which they were launched. */
  get members(): GroupMember[] {
    return [...this.bySlot.values()];
  }

  memberOf(id: string): GroupMember | undefined {
    return this.members.find(({ instanceId }) => instanceId === id);
  }

  at(slot: string): GroupMember | undefined {
    return this.bySlot.get(slot);
  }

  /**
   * A new instance, which asks until it is settled or the group gives up on it.
   *
   * @param seconds how long the group waits
   * @param ask whether it is settled
   */
  async launch(
    slot: SlotModel,
    seconds: number,
    { clock }: Pick<Background, 'clock'>,
    ask: (instanceId: string) => Promise<boolean>,
  ): Promise<boolean> {
    const instanceId = `i-${++this.launches}`;
    this.bySlot.set(slot.slot, { slot, instanceId, state: 'Pending:Wait' });
    const deadline = clock.now() + seconds * 1000;
    while (clock.now() < deadline) {
      if (await ask(instanceId)) return true;
      await clock.sleep(ASK_AGAIN_SECONDS * 1000);
    }
    // Another run may have settled it since it asked.
    return this.memberOf(instanceId)?.state === 'InService';
  }

  /** The group wants the instance to go. */
  terminate(slot: string): void {
    const member = this.at(slot);
    if (member) member.state = 'Terminating:Wait';
  }

  /** The instance is no more. */
  end(slot: string): GroupMember | undefined {
    const member = this.at(slot);
    this.bySlot.delete(slot);
    return member;
  }

  async instances(): Promise<GroupInstance[]> {
    return this.members.map(({ instanceId, state }) => ({ groupName: GROUP, instanceId, lifecycleState: state }));
  }

  async completeLaunch({ instanceId }: Pick<GroupInstance, 'instanceId'>): Promise<void> {
    const member = this.memberOf(instanceId);
    if (member?.state !== 'Pending:Wait') return;
    member.state = 'InService';
    this.recorder.event(`slot ${member.slot.slot}`, 'info', 'its instance is in service');
  }

  /** It has no warm pool, and whoever serves says itself that it is drained. */
  async completeDrain({ instanceId }: Pick<GroupInstance, 'instanceId'>): Promise<void> {
    throw new Error(`${instanceId} is drained by itself`);
  }
}
