import type { InstanceRecordPorts, PendingChange } from './instance-record-ports';

/** Route 53 says that a change is everywhere within 60 s. Source: Route 53 API reference, "ChangeResourceRecordSets". */
const IN_SYNC_WITHIN_MS = 90_000;
const LOOK_FOR_SYNC_MS = 3000;

/** What became of a change: `unheard` when Route 53 gave no answer in the end, `forgotten` when it knows none of that id. */
export type Spread = 'everywhere' | 'pending' | 'unheard' | 'forgotten';

type Ports = Pick<InstanceRecordPorts, 'clock' | 'records'>;

/** Waits until all name servers have a change, or the time is over. */
export async function untilEverywhere(ports: Ports, id: string, began = ports.clock.elapsed()): Promise<Spread> {
  const { clock } = ports;
  for (;;) {
    const spread = await spreadOf(ports, id);
    if (spread === 'everywhere' || spread === 'forgotten' || clock.elapsed() - began > IN_SYNC_WITHIN_MS) return spread;
    await clock.sleep(LOOK_FOR_SYNC_MS);
  }
}

async function spreadOf({ records }: Ports, id: string): Promise<Spread> {
  try {
    const isInSync = await records.isInSync(id);
    if (isInSync === undefined) return 'forgotten';
    return isInSync ? 'everywhere' : 'pending';
  } catch {
    return 'unheard';
  }
}

/** Changes of which nobody may know that every name server has them: those that runs before left, and those of this look. */
export class ChangesUnderWay {
  private readonly made: PendingChange[] = [];
  private readonly late: PendingChange[] = [];
  private readonly done: PendingChange[] = [];

  constructor(private readonly before: readonly PendingChange[]) {}

  /** Whether one of those before publishes the record. */
  publishes(key: string): boolean {
    return this.before.some(({ keys }) => keys.includes(key));
  }

  add(change: PendingChange): void {
    this.made.push(change);
  }

  /**
   * Waits for changes of this look and for those that somebody waits for; of others it only asks, so that they hold up nobody.
   *
   * @returns those that are not everywhere for certain
   */
  async settle(ports: Ports, isAwaited: (key: string) => boolean): Promise<PendingChange[]> {
    const began = ports.clock.elapsed();
    const forgotten: PendingChange[] = [];
    const isUrgent = ({ keys }: PendingChange) => keys.some(isAwaited);
    const urgent = [...this.before.filter(isUrgent), ...this.made];
    const others = this.before.filter((each) => !isUrgent(each));
    const ask = (change: PendingChange) =>
      others.includes(change) ? spreadOf(ports, change.id) : untilEverywhere(ports, change.id, began);
    let spread: Spread | undefined;
    for (const change of [...urgent, ...others]) {
      // A Route 53 that answers nothing would hold up the look for each of them.
      if (spread !== 'unheard') spread = await ask(change);
      if (spread === 'everywhere') this.done.push(change);
      else if (spread === 'forgotten') forgotten.push(change);
      else this.late.push(change);
    }
    return [...this.late, ...forgotten];
  }

  /**
   * What the next run has to know: changes that are not everywhere, and those that are while somebody still waits for a record of theirs,
   * because Route 53 tells of changes only.
   */
  left(isAwaited: (key: string) => boolean): PendingChange[] {
    return [...this.late, ...this.done.filter(({ keys }) => keys.some(isAwaited))];
  }
}
