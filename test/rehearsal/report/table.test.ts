import { stripVTControlCharacters } from 'node:util';
import type { RehearsalResult } from '../../../rehearsal/report/result';
import { displayWidth } from '../../../rehearsal/report/style';
import { renderTable } from '../../../rehearsal/report/table';
import { brokenRun, client, MEASURES, rehearsal, run } from './fixture';

const failed = rehearsal({ passed: false, runs: [brokenRun()] });
const several = rehearsal({
  passed: false,
  runs: [run(), brokenRun({ seed: 43 }), run({ seed: 44, measures: MEASURES.map((measure) => ({ ...measure, seconds: 20 })) })],
});

const plain = (result: RehearsalResult, width = 80) => renderTable(result, { color: false, width });
const lineWith = (text: string, report: string) => report.split('\n').find((line) => line.includes(text)) ?? '';

test('says what was rehearsed', () => {
  const report = plain(rehearsal());

  expect(report).toContain('ProxyFleetDemo');
  expect(report).toMatch(/Scenario +kill, broken: slot 2/);
  expect(report).toMatch(/Repeat with +seed 42/);
  expect(report).toMatch(/Time scale +x10/);
  expect(report).toMatch(/Proxy +HAProxy 2\.8\.25/);
});

test('names the option beside each delay that was assumed', () => {
  expect(lineWith('address moves after', plain(rehearsal()))).toMatch(/ 6 +--address-move$/);
});

test('sets each figure beside its budget, how that was computed and whether it held', () => {
  const report = plain(rehearsal());

  expect(lineWith('health check sees the fault', report)).toMatch(/27\.9 s +48 s +█+░+ 58 % +yes$/);
  expect(report).toContain('= 3 x (10 + 6) s');
});

test('a figure without a budget is neither kept nor broken', () => {
  expect(lineWith('slot is refilled', plain(rehearsal()))).toMatch(/140\.0 s +- +- +-$/);
});

test('says what each client suffered', () => {
  const report = plain(rehearsal());

  expect(lineWith('first address ', report)).toMatch(/570 +88 +0\.4 \.\. 87\.6 s +38 ms +114 s +yes$/);
  expect(lineWith('next address ', report)).toMatch(/570 +0 +none +254 ms +0 s +yes$/);
});

test('ends with PASSED and how much was judged', () => {
  expect(plain(rehearsal()).endsWith('\nPASSED all 7 budgets kept in 1 run\n')).toBe(true);
});

test('ends with FAILED and what broke its budget, on one line', () => {
  const last = plain(failed).trimEnd().split('\n').at(-1);

  expect(last).toBe(
    'FAILED: address leaves the answer of www.example.com took 61.2 s, budget 54 s; ' +
      'first address saw 122 failures, the last at 121.4 s, budget 114 s',
  );
  expect(lineWith('address leaves', plain(failed, 120))).toMatch(/113 % +NO$/);
});

test('tells a figure that never came, and a client that may see no failure at all', () => {
  const result = rehearsal({
    passed: false,
    runs: [
      run({
        measures: [{ name: 'virtual IP is adopted', budget: 75, kept: false }],
        clients: [client({ name: 'retrying', failures: 1, firstFailure: 3, lastFailure: 3, budget: 0, kept: false })],
      }),
    ],
  });

  const report = plain(result);

  expect(lineWith('virtual IP is adopted ', report)).toMatch(/never +75 s/);
  expect(report).toContain('FAILED: virtual IP is adopted never happened, budget 75 s; retrying saw 1 failure, budget none');
});

test('names three broken budgets and counts the others', () => {
  const measures = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name, seconds: 2, budget: 1, kept: false }));

  const report = plain(rehearsal({ passed: false, runs: [run({ measures, clients: [] })] }));

  expect(report).toMatch(/FAILED: a took .*; b took .*; c took .*; and 2 more\n$/);
});

test('points to the notes when it failed although nothing was measured', () => {
  expect(plain(rehearsal({ passed: false, runs: [] }))).toMatch(/FAILED: .*see the notes\n$/);
});

test('puts several runs into one row: least, middle and most, and how many held', () => {
  const report = plain(several, 120);

  expect(lineWith('of www.example.com', report) + lineWith('address leaves', report)).toMatch(/20\.0 \/ 34\.1 \/ 61\.2 s +54 s/);
  expect(lineWith('address leaves', report)).toMatch(/█▒+ 113 % +NO 2\/3$/);
  expect(lineWith('health check', report)).toMatch(/20\.0 \/ 27\.9 \/ 27\.9 s .*yes 3\/3$/);
  expect(lineWith('takes the first', report)).toMatch(/1710 +298 +87\.6 \/ 87\.6 \/ 121\.4 s/);
  expect(report).toMatch(/3 runs, seeds 42 43 44/);
  expect(report).toContain('(run 2)');
});

test.each([80, 100, 120, 200])('fits into %i columns, but for the verdict', (width) => {
  const long = { ...MEASURES[0], name: 'a'.repeat(70), seconds: 1, kept: true, formula: 'because '.repeat(30) };

  const report = plain({ ...several, runs: [...several.runs, run({ measures: [long] })] }, width);
  const lines = report.trimEnd().split('\n').slice(0, -1);

  expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
});

test('uses a wider terminal: formulas get a column', () => {
  expect(lineWith('3 x (10 + 6) s', plain(rehearsal(), 80))).toMatch(/^ +=/);
  expect(lineWith('3 x (10 + 6) s ', plain(rehearsal(), 160))).toMatch(/^health check/);
});

test('has no escape sequence without colour, and the same letters with it', () => {
  const colored = renderTable(failed, { color: true, width: 80 });

  expect(plain(failed)).not.toContain('\u001b');
  expect(colored).toContain('\u001b[31mFAILED');
  expect(stripVTControlCharacters(colored)).toBe(plain(failed));
});

test('of many runs there is the figure that 99 of 100 kept', () => {
  const many = rehearsal({ runs: Array.from({ length: 20 }, (_, index) => run({ seed: index })) });

  expect(plain(many)).toContain('Min / median / p99 / max');
  expect(plain(several)).toContain('Min / median / max');
});

test('a count is no time, and where nothing was broken nothing is said to be', () => {
  const moves = { name: 'moves', seconds: 6, unit: 'moves', budget: 5, kept: false } as const;
  const report = plain(rehearsal({ passed: false, runs: [run({ victim: undefined, measures: [moves] })] }));

  expect(lineWith('6 moves', report)).toMatch(/moves +6 moves +5 moves +█+ +120 % +NO$/);
  expect(report).toContain('FAILED: moves took 6 moves, budget 5 moves');
  expect(report).toMatch(/Scenario +kill\n/);
});
