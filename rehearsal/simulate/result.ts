/** What a simulation found, as data: the terminal, `--json` and `--html` all show this and nothing else. Times are simulated seconds. */
import type { Fault } from './behaviours';

export interface SimulationResult {
  readonly stack: string;
  readonly seed: number;
  /** Over all cases. */
  readonly failovers: number;
  /** In each failover, over all classes. */
  readonly clients: number;
  readonly assumptions: SimulationAssumption[];
  /** What was left out or taken for granted, one sentence each. */
  readonly notes: string[];
  readonly cases: CaseResult[];
  /** True when every judged class kept its budget in 99 of 100 outages. */
  readonly passed: boolean;
}

export interface SimulationAssumption {
  readonly name: string;
  readonly value: string;
  readonly source: string;
  /** The command-line option that changes it. */
  readonly option?: string;
}

export interface CaseResult {
  readonly fault: Fault;
  /** What breaks. */
  readonly broken: string;
  readonly failovers: number;
  readonly measures: MeasureResult[];
  readonly groups: GroupResult[];
}

export interface MeasureResult {
  readonly name: string;
  /** Missing when it never happened. */
  readonly seconds?: Percentiles;
}

export interface Percentiles {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Curve {
  readonly everySeconds: number;
  readonly shares: number[];
}

/** The clients of one name or one virtual IP. */
export interface GroupResult {
  readonly name: string;
  readonly kind: 'name' | 'virtual-ip';
  /** Missing when nothing ever takes a broken address out of the answers. */
  readonly budget?: number;
  readonly formula?: string;
  readonly classes: ClassResult[];
}

export interface ClassResult {
  readonly client: string;
  /** How long the resolver before it keeps an answer; missing for a client that asks none. */
  readonly cache?: string;
  readonly clients: number;
  /** Share of them with a failed request. */
  readonly affected: number;
  /** From the fault to the end of the last failed request, of each affected client; missing when there was none. */
  readonly outage?: Percentiles;
  /** Failed requests, over all clients. */
  readonly lost: number;
  /** Requests that were served late, over all clients. */
  readonly delayed: number;
  /** Seconds by which each broken address in an answer delayed them. */
  readonly delaySeconds: number;
  /** p99 of the outage as a share of the budget; missing without budget. */
  readonly ofBudget?: number;
  /** Whether the budget is promised to these clients. */
  readonly judged: boolean;
  /** False for a judged class that was out for longer than its budget in more than one of 100 outages. */
  readonly kept: boolean;
  /** Share of all clients whose outage lasts longer than 0, 1, 2, ... times so many seconds. */
  readonly lasting: Curve;
}
