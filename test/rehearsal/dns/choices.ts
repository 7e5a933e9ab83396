/** What is chosen of the records of one name, once or many times. */
import type { RecordSet } from '../../../rehearsal/dns/records';
import { select } from '../../../rehearsal/dns/select';
import { seededRandom } from '../../../rehearsal/random';
import { zoneOf } from './zones';

export const NAME = 'www.example.com';
export const seed = Number(process.env.FC_SEED ?? Date.now() | 0);
const QUESTIONS = 6_000;

/** Addresses that are answered when those health checks have failed. */
export function chosen(records: RecordSet[], failed: (number | string)[] = [], random = seededRandom(1)): string[] {
  const isHealthy = (id: string) => !failed.some((each) => id === each || id === `check-${each}`);
  return select(zoneOf(...records), NAME, 'A', isHealthy, random).flatMap(({ values }) => values);
}

/** How often each address is answered. */
export function shares(records: RecordSet[], failed: (number | string)[] = [], from = seed): Record<string, number> {
  const random = seededRandom(from);
  const counts: Record<string, number> = {};
  for (let question = 0; question < QUESTIONS; question += 1)
    for (const address of chosen(records, failed, random)) counts[address] = (counts[address] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).map(([address, count]) => [address, count / QUESTIONS]));
}

/** The address of a numbered record. */
export const at = (number: number) => `127.10.5.${number}`;
/** Five standard deviations of a share: one test in a million fails by chance. */
export const near = (share: number) => ({
  asymmetricMatch: (actual: unknown) =>
    Math.abs(Number(actual) - share) < 5 * Math.sqrt((share * (1 - share)) / QUESTIONS) || actual === share,
});
