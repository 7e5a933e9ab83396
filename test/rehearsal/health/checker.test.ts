import { type CheckerState, NEW_CHECKER, observe } from '../../../rehearsal/health/checker';

/** The opinions after each of the results. */
function opinions(results: string, threshold: number): string {
  let state: CheckerState = NEW_CHECKER;
  return [...results]
    .map((result) => {
      state = observe(state, result === '+', threshold);
      return state.healthy ? '+' : '-';
    })
    .join('');
}

test.each([
  ['a new checker says healthy before it has looked often enough', '--', 3, '++'],
  ['three failures in a row make it unhealthy', '---', 3, '++-'],
  ['failures that are not in a row do not', '--+--+--', 3, '++++++++'],
  ['three successes in a row make it healthy again', '---+++', 3, '++---+'],
  ['successes that are not in a row do not', '---++-++-++', 3, '++---------'],
  ['with threshold 1 it believes everything', '-+--+', 1, '-+--+'],
  ['with threshold 10 it takes ten', '-----------', 10, '+++++++++--'],
])('S9: %s', (_, results, threshold, expected) => {
  expect(opinions(results, threshold)).toBe(expected);
});
