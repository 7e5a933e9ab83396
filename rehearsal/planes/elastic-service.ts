import type { RecordSet } from '../dns/records';
import type { SlotModel } from '../template/model';

/** The instances of an elastic fleet on a laptop, and how they come into DNS. */
export interface ElasticService {
  /** Publishes the first instances, as a deploy does, and begins to sweep. */
  start(slots: readonly SlotModel[]): Promise<void>;
  /** A new instance, whose proxy is live, asks until it is published. @returns the address that names lead to */
  launch(slot: SlotModel): Promise<string>;
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
