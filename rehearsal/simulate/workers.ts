/**
 * Plays a simulation on every core. Workers are threads that re-enter the command line; they take failovers from a common counter until
 * none is left, and send what they have counted. They end with the process, however it ends.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Plan, Player } from './play';
import { CaseTally } from './tally';

/** Failovers that a worker takes at once. */
const TAKEN = 16;

/** Milliseconds between two words on how far it is. */
const PROGRESS_MS = 200;

export interface WorkersOptions {
  readonly failovers: number;
  readonly workers: number;
  /** Script that workers re-enter. */
  readonly script: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
  readonly onProgress: (played: number) => void;
}

interface Work {
  readonly plan: Plan;
  readonly failovers: number;
  /** The next failover that nobody plays. */
  readonly next: Int32Array;
}

/** The word under which the script is re-entered. */
export const WORKER_COMMAND = 'child-simulation';

/** Resolves with nothing when it was ended early. */
export async function playOnWorkers(plan: Plan, options: WorkersOptions): Promise<CaseTally[] | undefined> {
  const { failovers, script, signal, onProgress } = options;
  const next = new Int32Array(new SharedArrayBuffer(4));
  const work: Work = { plan, failovers, next };
  const workers = Array.from(
    { length: Math.min(options.workers, Math.ceil(failovers / TAKEN)) },
    () => new Worker(script, { argv: [WORKER_COMMAND], workerData: work }),
  );
  const progress = setInterval(() => onProgress(Math.min(failovers, Atomics.load(next, 0))), PROGRESS_MS);
  try {
    const parts = await Promise.race([Promise.all(workers.map(tallyOf)), aborted(signal)]);
    return parts?.reduce((sum, part) => {
      sum.forEach((tally, index) => {
        tally.merge(part[index] as CaseTally);
      });
      return sum;
    });
  } finally {
    clearInterval(progress);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** What such a worker does. */
export function runSimulationWorker(): void {
  if (isMainThread || !parentPort) throw new Error(`'${WORKER_COMMAND}' is for threads of 'proxy-fleet simulate' only`);
  const { plan, failovers, next }: Work = workerData;
  const player = new Player(plan);
  for (;;) {
    const first = Atomics.add(next, 0, TAKEN);
    if (first >= failovers) break;
    for (let run = first; run < Math.min(failovers, first + TAKEN); run++) player.play(run);
  }
  parentPort.postMessage(player.tallies);
}

function tallyOf(worker: Worker): Promise<CaseTally[]> {
  return new Promise((resolve, reject) => {
    worker.once('message', (sent: CaseTally[]) => resolve(sent.map(CaseTally.from)));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended by itself with status ${code}`)));
  });
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
