import { spread, summarizeClients, summarizeMeasures } from '../../../rehearsal/report/summary';
import { client, MEASURES, run } from './fixture';

test.each([
  [[3, 1, 2], { min: 1, median: 2, max: 3 }],
  [[4, 1, 2, 3], { min: 1, median: 2.5, max: 4 }],
  [[7], { min: 7, median: 7, max: 7 }],
  [[Infinity, 1, Infinity], { min: 1, median: Infinity, max: Infinity }],
])('the spread of %j', (values, expected) => {
  expect(spread(values)).toEqual(expected);
});

test('of many values there is one that 99 of 100 did not exceed', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);

  expect(spread(values)).toEqual({ min: 1, median: 50.5, p99: 99, max: 100 });
  expect(spread(values.slice(0, 20))).toMatchObject({ p99: 20, max: 20 });
  expect(spread(values.slice(0, 19)).p99).toBeUndefined();
});

test('a measure that never happened in one run makes that run the worst', () => {
  const [first] = MEASURES;
  const runs = [27.9, undefined, 30].map((seconds) =>
    run({ measures: first ? [{ ...first, seconds, kept: seconds !== undefined }] : [] }),
  );

  const [row] = summarizeMeasures(runs);

  expect(row).toMatchObject({ seconds: { min: 27.9, median: 30, max: Infinity }, kept: 2, runs: 3, budget: 48 });
});

test('rows keep the order in which their names first appear, and count only the runs that have them', () => {
  const measure = (name: string) => ({ name, seconds: 1, kept: true });

  const rows = summarizeMeasures([run({ measures: [measure('b')] }), run({ measures: [measure('a'), measure('b')] })]);

  expect(rows.map(({ name, runs }) => [name, runs])).toEqual([
    ['b', 2],
    ['a', 1],
  ]);
});

test('a client without a failure in one run counts there as zero seconds, and in none as no failure', () => {
  const lucky = client({ name: 'c', requests: 10, failures: 0, slowestMs: 400 });
  const unlucky = client({ name: 'c', requests: 10, failures: 2, firstFailure: 1, lastFailure: 60 });

  const [mixed] = summarizeClients([run({ clients: [lucky] }), run({ clients: [unlucky] })]);
  const [good] = summarizeClients([run({ clients: [lucky] })]);

  expect(mixed).toMatchObject({
    requests: 20,
    failures: 2,
    firstFailure: 1,
    lastFailure: { min: 0, median: 30, max: 60 },
    slowestMs: 400,
  });
  expect(good?.lastFailure).toBeUndefined();
});

test('requests that died in flight are told beside the behaviour, not among the failures', () => {
  const runs = [1, 2].map((inFlight) => run({ clients: [client({ name: 'c', behaviour: 'retries', inFlight })] }));

  const [row] = summarizeClients(runs);

  expect(row?.behaviour).toBe('retries; 3 in flight at the fault died with the proxy');
  expect(row?.failures).toBe(0);
});
