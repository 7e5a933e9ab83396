import type { Box } from '../box';
import type { ScaledClock } from '../clock';
import type { Recorder } from '../recorder';
import type { ClientResult, Measure } from '../report/result';
import type { Assumptions } from '../template/budgets';
import type { FleetModel } from '../template/model';

/** What a scenario may use. */
export interface Stage {
  readonly fleet: FleetModel;
  readonly box: Box;
  readonly clock: ScaledClock;
  readonly random: () => number;
  readonly recorder: Recorder;
  readonly assumptions: Assumptions;
  /** Everything is up; from here on events are shown. */
  readonly onReady: (text: string) => void;
}

/** What a scenario found. */
export interface Outcome {
  /** Name of the slot that was broken. */
  readonly victim: string;
  readonly measures: Measure[];
  readonly clients: ClientResult[];
}

export type Scenario = (stage: Stage) => Promise<Outcome>;
