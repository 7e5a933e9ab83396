/**
 * What a rehearsal found, as data: the terminal, `--json` and `--html` all show this and nothing else. Every time is in simulated
 * milliseconds or seconds, as named; divide by the time scale for wall-clock time.
 */
export interface RehearsalResult {
  /** Stack whose template was rehearsed. */
  readonly stack: string;
  readonly scenario: string;
  /** Simulated seconds per wall-clock second. */
  readonly timeScale: number;
  /** Seed of the first run; run n uses seed + n. */
  readonly seed: number;
  /** The engine, its version and where the binary came from. */
  readonly proxy: string;
  /** AWS figures nobody has published, as assumed in this rehearsal. */
  readonly assumptions: Assumption[];
  /** What the rehearsal had to leave out or replace, one sentence each. */
  readonly notes: string[];
  /** Those that had an instance. */
  readonly slots: SlotResult[];
  readonly runs: RunResult[];
  /** True when every measure of every run kept its budget and no retrying client saw an error. */
  readonly passed: boolean;
}

export interface Assumption {
  readonly name: string;
  readonly seconds: number;
  /** The command-line option that changes it. */
  readonly option: string;
}

export interface SlotResult {
  /** Also the name of its row in the timeline. */
  readonly slot: string;
  readonly zone: string;
  /** Loopback address that stood for the slot. */
  readonly address: string;
}

export interface RunResult {
  readonly seed: number;
  /** Name of the slot that was broken; undefined when none was. */
  readonly victim?: string;
  readonly events: TimelineEvent[];
  /** Simulated milliseconds that each bucket of a client covers. */
  readonly bucketMs: number;
  readonly measures: Measure[];
  readonly clients: ClientResult[];
}

/** One thing that happened. */
export interface TimelineEvent {
  /** Simulated milliseconds since the fault; negative before it. */
  readonly at: number;
  /** Row of the timeline it belongs to: 'slot 1', 'dns www.example.com', 'virtual ip Vip', a client's name, … */
  readonly lane: string;
  readonly kind: 'fault' | 'recovery' | 'down' | 'up' | 'move' | 'info';
  readonly text: string;
}

/** One figure beside its budget. */
export interface Measure {
  readonly name: string;
  /** Simulated seconds; undefined when it never happened within the run. */
  readonly seconds?: number;
  /** What is counted instead, when it is no time. */
  readonly unit?: 'moves';
  /** Simulated seconds; undefined when the figure has no budget. */
  readonly budget?: number;
  /** How the budget was computed, for people: '3 x (10 + 6) s'. */
  readonly formula?: string;
  /** Row of the timeline beside which the budget is drawn. */
  readonly lane?: string;
  /** Simulated seconds after the fault at which its clock starts; 0 unless it measures the way back. */
  readonly startsAt?: number;
  readonly kept: boolean;
}

/** What one client suffered. */
export interface ClientResult {
  /** Also the name of its row in the timeline. */
  readonly name: string;
  /** How it behaves, in a few words. */
  readonly behaviour: string;
  readonly requests: number;
  /** Failed requests, those in flight at the fault aside. */
  readonly failures: number;
  /** Requests under way when the proxy died that died with it, which no client can prevent. */
  readonly inFlight: number;
  /** Simulated seconds from the fault to the start of the first and the end of the last failed request; undefined when none failed. */
  readonly firstFailure?: number;
  readonly lastFailure?: number;
  /** Longest successful request in wall-clock milliseconds: retries cost time even where nothing fails. */
  readonly slowestMs: number;
  /** Simulated seconds after the fault by which its last failure must be over; 0 when no request may fail. */
  readonly budget?: number;
  readonly kept: boolean;
  /** Requests in buckets of simulated time, for the chart. */
  readonly buckets: Bucket[];
}

export interface Bucket {
  /** Simulated milliseconds since the fault at which the bucket starts. */
  readonly at: number;
  readonly ok: number;
  readonly failed: number;
}
