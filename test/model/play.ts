import fc from 'fast-check';
import { Broken } from './checks';
import { type Emphasis, happenings, type Model } from './happenings';
import { findPeace } from './peace';
import { type Setting, World } from './world';

export interface PlayOptions {
  readonly seed: number;
  /** Histories end when so many steps were checked. */
  readonly steps: number;
  /** Path of a counterexample of this seed, to play it alone. */
  readonly path?: string;
  /** Where the commands of that counterexample begin, as fast-check printed it. */
  readonly replayPath?: string;
  /** Checks just the invariants whose names begin so. */
  readonly only?: string;
  /** @default a history that fails is made as small as possible */
  readonly shrinks?: boolean;
  /** What histories shall be full of. */
  readonly full?: readonly Emphasis[];
}

export interface Played {
  readonly steps: number;
  readonly histories: number;
  /** The first invariant that did not hold and the history that breaks it, as small as it could be made. */
  readonly failure?: string;
}

const setting: fc.Arbitrary<Setting> = fc.record({
  slots: fc.integer({ min: 2, max: 4 }),
  virtualIps: fc.integer({ min: 1, max: 3 }),
  zones: fc.integer({ min: 2, max: 3 }),
  preemptAfterSeconds: fc.constantFrom(undefined, undefined, 60, 150),
  seed: fc.nat(),
});

/** Plays one history to its end. */
async function playHistory(
  settingOf: Setting,
  commands: Iterable<fc.AsyncCommand<Model, World>>,
  scheduler: fc.Scheduler,
  only: string,
): Promise<World> {
  const world = new World(settingOf, scheduler, only);
  const model: Model = { released: new Set(), deleted: new Set() };
  await fc.scheduledModelRun(scheduler, () => ({ model, real: world }), commands);
  await findPeace(world);
  return world;
}

/** Plays random histories until so many steps were checked. */
export async function play({
  seed,
  steps: wanted,
  path,
  replayPath,
  only = '',
  shrinks = true,
  full = [],
}: PlayOptions): Promise<Played> {
  let steps = 0;
  let histories = 0;
  let failed = false;
  const commands = fc.commands(happenings(full), { maxCommands: 60, size: 'max', replayPath });
  const property = fc.asyncProperty(setting, commands, fc.scheduler(), async (settingOf, happening, scheduler) => {
    if (steps >= wanted && !failed) return;
    try {
      steps += (await playHistory(settingOf, happening, scheduler, only)).steps;
    } catch (error) {
      failed = true;
      throw error;
    }
    histories++;
  });
  // A history has at least two steps; those that are left when enough were played end at once.
  const result = await fc.check(property, {
    seed,
    path,
    numRuns: path === undefined ? Math.ceil(wanted / 20) : 1,
    endOnFailure: !shrinks,
  });
  if (!result.failed) return { steps, histories };
  const error = result.errorInstance;
  const what =
    error instanceof Error ? (error instanceof Broken ? error.message : (error.stack ?? error.message)) : String(error);
  return { steps, histories, failure: `${what}\n\n${await fc.asyncDefaultReportMessage(result)}` };
}
