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
  /** Name of the slot that was broken, or of several, with commas; undefined when none was. */
  readonly victim?: string;
  readonly measures: Measure[];
  readonly clients: ClientResult[];
}

/** One kind of failure, or of work on a fleet, that is played and measured. */
export interface Scenario {
  /** What happens, in one line. */
  readonly summary: string;
  /** Simulated seconds a second, unless the caller wants another speed: 1 where it is about what does not scale. */
  readonly timeScale: number;
  /** True for what is played with an elastic fleet, and only with one. */
  readonly elastic?: boolean;
  /** Throws, and says what to add, when the fleet lacks what the scenario is about. */
  readonly validate?: (fleet: FleetModel) => void;
  /** What this scenario leaves out or replaces, one sentence each. */
  readonly notes?: readonly string[];
  readonly play: (stage: Stage) => Promise<Outcome>;
}
