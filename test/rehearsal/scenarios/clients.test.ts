import type { TimedSample } from '../../../rehearsal/recorder';
import { sumUp, type Witness } from '../../../rehearsal/scenarios/clients';

const witness = (seconds: number): Witness => ({
  name: 'c',
  behaviour: '',
  options: { kind: 'virtual-ip', host: 'v', port: 1, address: '127.100.0.1' },
  budget: { seconds, formula: '' },
});
const sample = (since: number, ok: boolean, ms = 10): TimedSample => ({ since, ok, ms, until: since + ms * 10 });

test('failures within the budget keep it, and the first and last are told in seconds', () => {
  const result = sumUp(witness(80), [sample(-500, true), sample(1000, false), sample(61_240, false), sample(70_000, true)]);

  expect(result).toMatchObject({ requests: 4, failures: 2, firstFailure: 1, lastFailure: 61.3, kept: true });
});

test('what a client waits for its own time-out counts as it was, however fast the rehearsal', () => {
  // Sent at 79 s, given up two seconds on the wall later, which are twenty of the rehearsal.
  expect(sumUp(witness(82), [sample(79_000, false, 2000)])).toMatchObject({ lastFailure: 81, kept: true });
  expect(sumUp(witness(80), [sample(79_000, false, 2000)]).kept).toBe(false);
});

test('one failure after the budget breaks it', () => {
  expect(sumUp(witness(80), [sample(80_001, false)]).kept).toBe(false);
});

test('a client that must not notice breaks its budget with any failure, but not with a request that was in flight at the fault', () => {
  const inFlight = sample(-50, false, 10);

  expect(sumUp(witness(0), [sample(-500, true), inFlight])).toMatchObject({ failures: 0, inFlight: 1, kept: true });
  expect(sumUp(witness(0), [sample(-500, true), inFlight, sample(10, false)])).toMatchObject({
    failures: 1,
    inFlight: 1,
    kept: false,
  });
});

test('where connections break later than the fault, what was under way then is in flight', () => {
  const samples = [sample(-500, true), sample(2950, false, 10), sample(3100, false)];

  expect(sumUp(witness(0), samples, [{ from: 3000, until: 3000 }])).toMatchObject({
    failures: 1,
    inFlight: 1,
    firstFailure: 3.1,
    kept: false,
  });
  expect(sumUp(witness(0), samples.slice(0, 2), [{ from: 3000, until: 3000 }])).toMatchObject({
    failures: 0,
    inFlight: 1,
    kept: true,
  });
});

test('while a process dies, whoever it accepted is in flight', () => {
  const dying = [sample(2, false, 1), sample(15, false, 1), sample(31, false, 1)];

  expect(sumUp(witness(0), dying, [{ from: 0, until: 30 }])).toMatchObject({
    failures: 1,
    inFlight: 2,
    firstFailure: 0,
    kept: false,
  });
});

test('a failure before the fault is nobody else’s fault, and a client without a request has watched nothing', () => {
  expect(sumUp(witness(80), [sample(-5000, false)]).kept).toBe(false);
  expect(sumUp(witness(80), []).kept).toBe(false);
});

test('buckets count what was served and what failed', () => {
  const { buckets } = sumUp(witness(80), [sample(-1, true), sample(0, true), sample(1999, false), sample(2000, true)]);

  expect(buckets).toEqual([
    { at: -2000, ok: 1, failed: 0 },
    { at: 0, ok: 1, failed: 1 },
    { at: 2000, ok: 1, failed: 0 },
  ]);
});
