import * as fc from 'fast-check';
import { isHealthyByCheckers } from '../../../rehearsal/health/aggregate';
import { type CheckerState, NEW_CHECKER, observe } from '../../../rehearsal/health/checker';
import { detectionSeconds, type Endpoint, probeSeconds } from '../../../rehearsal/simulate/detection';

/** The same checkers, probe by probe, with the rules that the rehearsal has. */
function played({ requestInterval, failureThreshold, probeSeconds: takes }: Endpoint, phases: number[], broken: number): number {
  const checkers: CheckerState[] = phases.map(() => NEW_CHECKER);
  const probes = phases.map((phase, checker) => ({ checker, begins: phase * requestInterval }));
  for (let step = 0; step < 5000; step++) {
    const ending = (probe: (typeof probes)[number]) => probe.begins + (probe.begins < broken ? takes : 0);
    const next = probes.reduce((first, probe) => (ending(probe) < ending(first) ? probe : first));
    const ends = ending(next);
    checkers[next.checker] = observe(checkers[next.checker] ?? NEW_CHECKER, next.begins >= broken, failureThreshold);
    const healthy = checkers.filter((state) => state.healthy).length;
    if (!isHealthyByCheckers(healthy, checkers.length)) return ends;
    if (next.begins >= broken + requestInterval) return Number.POSITIVE_INFINITY;
    next.begins = ends + requestInterval;
  }
  throw new Error('no end');
}

const endpoints = fc.record({
  // Three regions at least, eight at most, two checkers in each.
  checkers: fc.integer({ min: 3, max: 8 }).map((regions) => 2 * regions),
  requestInterval: fc.constantFrom(10, 30),
  failureThreshold: fc.integer({ min: 1, max: 10 }),
  probeSeconds: fc.constantFrom(0, 2, 4, 10),
});
/** In millionths: what the smallest floats add to a time is lost, and then the order of two events is a matter of rounding. */
const upTo = (most: number) => fc.integer({ min: 0, max: most * 1e6 }).map((millionths) => millionths / 1e6);
const phases = fc.array(upTo(0.999), { minLength: 16, maxLength: 16 });

test('it is the moment at which checkers that probe one by one make the status change', () => {
  fc.assert(
    fc.property(endpoints, phases, (endpoint, all) => {
      const drawn = all.slice(0, endpoint.checkers);
      const draws = drawn.values();

      const at = detectionSeconds(endpoint, () => draws.next().value ?? 0, Number.POSITIVE_INFINITY);

      expect(at).toBeCloseTo(played(endpoint, drawn, Number.POSITIVE_INFINITY), 9);
    }),
  );
});

test('what is well again in time is never detected, by neither', () => {
  fc.assert(
    fc.property(endpoints, phases, upTo(200), (endpoint, all, moment) => {
      // Never when a probe begins.
      const broken = moment + 0.5e-6;
      const drawn = all.slice(0, endpoint.checkers);
      const draws = drawn.values();

      const at = detectionSeconds(endpoint, () => draws.next().value ?? 0, broken);

      expect(at).toBeCloseTo(played(endpoint, drawn, broken), 9);
    }),
  );
});

test.each([
  ['HTTP', 'crash', 0],
  ['HTTP', 'hang', 2],
  ['HTTP', 'black-hole', 4],
  ['HTTPS_STR_MATCH', 'hang', 2],
  ['TCP', 'crash', 0],
  ['TCP', 'hang', Number.POSITIVE_INFINITY],
  ['TCP', 'black-hole', 10],
] as const)('a probe over %s in a %s has failed after %d s', (type, fault, seconds) => {
  expect(probeSeconds(type, fault)).toBe(seconds);
});

test('a hang is never detected by a check that only connects', () => {
  const endpoint = { checkers: 16, requestInterval: 10, failureThreshold: 3, probeSeconds: probeSeconds('TCP', 'hang') };

  expect(detectionSeconds(endpoint, () => 0.5, Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
});
