/**
 * The proof of the takeover: the real `runTakeover`, `changeState` and `serveVirtualIp` in random histories, with every invariant
 * checked after every step. A step is one call of a port, or one command of the model.
 *
 * How it works
 * - `happenings.ts` has the commands (`fc.commands`): what befalls slots, instances and observers, hands in the console, operators'
 *   orders, deployments, hints that are lost, doubled or out of order, faults of calls, clocks that step. Sweeps come by themselves.
 * - Up to three takeover runs at a time, each on a host with a clock of its own, beside operators and the lifecycle function. Each
 *   call of a port is a choice of the scheduler of `fc.scheduledModelRun` (`timeline.ts`): it arrives, takes effect and is answered
 *   in any order that its bounds allow.
 * - A call may be refused, be slow, lose its answer, time out and take effect later, never return, or find its caller paused for
 *   minutes; EC2's answers may be stale (`trouble.ts`).
 * - After each history all trouble ends, and the fleet must find its peace (`peace.ts`, `rest-checks.ts`).
 *
 * Premises, which nothing here can prove: a call that was sent takes effect within 11 s or never (three tries of three seconds, and
 * what EC2 takes); between the check of the fence and the sending of the move a process does not pause; EC2's answers are at most
 * 1.5 s old; the table is linearizable. Clocks are wrong by up to 0.5 s, or step by 30 s or an hour on hosts of the takeover: what
 * needs wall clocks by nature (orders' ends, limits on moves, the delay of failback) is then not demanded of that run, and starts anew
 * after it; all else is. Operators and the lifecycle function have good clocks.
 *
 * Invariants (`reliability.md`) and where they are checked
 * - I1 one epoch acts, one address at a place: when a move takes effect; at peace. I2 observed alive and fresh: when it is sent.
 * - I3 best place, pins, maintenance, home: at peace, two sweeps after trouble and limits ended. I4 no address loses its place through
 *   us: when a move takes effect. I5 is about DNS; that nothing moves where nothing lives is I2.
 * - I6, I11 tombstone before release, no move after it, the wait for caches: release, moves, end of a delete.
 * - I7 no move to where it is; one move a write is I13. I8 proof, cool-down, cap: when it is sent. I9 failback, freeze, pins,
 *   maintenance: when it is sent.
 * - I10 what is told happened, failures fail, looks and calls are bounded: at news and ends. I12 no writes at peace.
 * - I13 a write of its own, at once, and no order lost: at sends and writes. I14 logs: at ends. I15 to I20 are not about virtual IPs.
 * `mutants.mjs` shows that each of them notices when a guard is gone (`npm run test:mutations`).
 *
 * To play a failure again: FC_SEED from its message, FC_PATH from `path` and FC_REPLAY_PATH from `replayPath` there. FC_STEPS: how many
 * steps; `npm run test:nightly` plays a million.
 */
import { play } from './play';

const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);
const STEPS = Number(process.env.FC_STEPS ?? 25_000);
const TIMEOUT_MS = 60_000 + 10 * STEPS;

test(
  `keeps I1 to I14 through ${STEPS} steps of random histories (FC_SEED=${SEED})`,
  async () => {
    const began = Date.now();

    const { failure, steps, histories } = await play({
      seed: SEED,
      steps: STEPS,
      path: process.env.FC_PATH,
      replayPath: process.env.FC_REPLAY_PATH,
    });

    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(`takeover model: ${steps} steps in ${histories} histories, FC_SEED=${SEED} (${seconds} s)\n`);
    if (failure !== undefined) throw new Error(failure);
    if (process.env.FC_PATH === undefined) expect(steps).toBeGreaterThanOrEqual(STEPS);
  },
  TIMEOUT_MS,
);
