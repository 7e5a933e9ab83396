import type { RecordSet } from '../dns/records';
import type { SlotModel } from '../template/model';
import { UsageError } from '../usage-error';

/** The instances of an elastic fleet on a laptop, and how they come into DNS. */
export interface ElasticService {
  /** Publishes the first instances, as a deploy does, and begins to sweep. */
  start(slots: readonly SlotModel[]): Promise<void>;
  /** A new instance, whose proxy is live, asks until it is published. @returns the address that names lead to; none when its group gave up first */
  launch(slot: SlotModel): Promise<string | undefined>;
  /** The group wants the instance to go. */
  terminate(slot: string): void;
  /** EC2 says that it takes the instance back. */
  interrupt(slot: string): void;
  /** The instance is no more. */
  end(slot: string): void;
  /** Slots that have an instance, in the order in which they were launched. */
  readonly slots: SlotModel[];
  /** Every call of the API that makes records fails for so many simulated seconds. */
  loseApi(seconds: number): void;
  /** Who observes from the zone is gone, like everything in it. */
  loseZone(zone: string): void;
  /** Address that names lead to. */
  addressOf(slot: string): string | undefined;
  /** Row of an address in the timeline. */
  laneOf(address: string): string | undefined;
  /** Whether no instance is behind an address. */
  isFree(address: string): boolean;
  /** Whether a record is there now. */
  isPublished(record: RecordSet): boolean;
  /** The proxy at a private address is gone: an address that leads there refuses. */
  refuse(target: string): void;
  /** The proxy is there again. */
  accept(target: string): void;
  stop(): Promise<void>;
}

/** A launch at the start, when nothing is broken. */
export async function mustLaunch(elastic: Pick<ElasticService, 'launch'>, slot: SlotModel): Promise<void> {
  if ((await elastic.launch(slot)) === undefined)
    throw new UsageError(`the instance of slot ${slot.slot} was not published in time: free the machine and try again`);
}
