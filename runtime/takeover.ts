/**
 * What it does: keeps every virtual IP of one fleet on a healthy slot.
 *
 * Order of events
 * 1. Look at table and EC2. While a move that another run wrote down is under way, wait and look again.
 * 2. Ask the observers; `chooseHolders()` decides. When all is well, the run ends here and has written nothing.
 * 3. For each move: write it down under the next epoch (refused: somebody else wrote since we looked, so from 1 again), associate,
 *    read back until EC2 shows it, tell.
 * 4. What EC2 refused, or what could not be looked at or written, is tried again from 1 after a pause, while there is time: who waits for
 *    the sweep waits for a minute.
 */
import type { FleetTopology } from '../lib/private/takeover-contract';
import { isTimeForRound } from './deadline';
import type { TakeoverPorts } from './ports';
import { type Findings, Run } from './takeover-run';

/** Looks of one run, so that it ends whatever happens; the sweep takes it from there. */
const LOOKS = 16;

/** Pauses before another look, the first one first, the last one again and again. */
const PAUSES_MS = [250, 500, 1000, 2000];

export interface TakeoverOptions {
  /** Names this run, unlike every other. */
  readonly owner: string;
  /** Epoch milliseconds at which the run is ended from outside; no look after the first begins too late for it. */
  readonly deadline?: number;
}

export interface TakeoverSummary extends Findings {
  /** `busy`: a move of another run was under way all the time; `stale`: other runs were faster every time; `failed`: a move was. */
  readonly outcome: 'done' | 'busy' | 'stale' | 'failed';
  readonly looks: number;
}

/** A move failed, and no later look of the run found it repaired; or the run moved and could not look or write then. */
export class TakeoverFailed extends Error {
  constructor(
    readonly summary: TakeoverSummary,
    { message, cause }: Error,
  ) {
    super(message, { cause });
  }
}

/** Throws `TakeoverFailed`, or the very error when it could not look or write in the end and had moved nothing before. */
export async function runTakeover(
  ports: TakeoverPorts,
  topology: FleetTopology,
  options: TakeoverOptions,
): Promise<TakeoverSummary> {
  const run = new Run(ports, topology, options.owner);
  let looks = 0;
  const failed = (failure: Error) => new TakeoverFailed({ outcome: 'failed', looks, ...run.found }, failure);
  try {
    for (;;) {
      looks++;
      let blind: Error | undefined;
      const end = await run.look().catch((error: Error) => {
        blind = error;
        return 'failed' as const;
      });
      const last = end === 'done' || looks === LOOKS || !isTimeForRound(ports.clock, options.deadline);
      if (last && blind) throw run.found.moves.length > 0 ? failed(blind) : blind;
      const [failure] = run.failures;
      if (last && failure) throw failed(failure);
      if (last) return { outcome: end, looks, ...run.found };
      if (end !== 'stale') await ports.clock.sleep(PAUSES_MS[Math.min(looks, PAUSES_MS.length) - 1] as number);
    }
  } finally {
    // Lambda freezes whoever has answered, and with it what is still being sent.
    await Promise.all(run.announcements);
  }
}
