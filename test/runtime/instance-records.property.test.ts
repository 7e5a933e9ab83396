/** No random history of records that follow instances breaks the rules; `record-histories.ts` tells which. */
import fc from 'fast-check';
import { histories } from './record-histories';

/** Each history lasts as long as ten of the others. */
const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 600) / 10);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);

test('no history breaks the rules', async () => {
  process.stdout.write(`records of instances: ${RUNS} histories, FC_SEED=${SEED}\n`);
  await fc.assert(histories, { numRuns: RUNS, seed: SEED });
}, 300_000);
