import * as fc from 'fast-check';
import { answer } from '../../../rehearsal/dns/answer';
import { seededRandom } from '../../../rehearsal/random';
import { Answers } from '../../../rehearsal/simulate/answers';
import { NameStates } from '../../../rehearsal/simulate/name-states';
import { Timeline } from '../../../rehearsal/simulate/timeline';
import { multivalue } from './zones';

const NAME = 'www.example.org';

test('a remembered answer holds the very addresses of the DNS answer, whatever is unhealthy', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.integer({ min: 0, max: 7 })), (addresses, failing) => {
      const { zones, places } = multivalue(addresses);
      const unhealthy = new Set(failing.map((place) => `check-${place}`));
      const broken = new Set(failing);
      const states = new NameStates(new Answers(zones, NAME, places), (place) => broken.has(place));
      const { answers } = answer(zones, { name: NAME, type: 'A' }, (id) => !unhealthy.has(id), seededRandom(1));
      const inDns = answers.flatMap((record) => (record.type === 'A' ? (places.get(record.data) ?? -1) : []));

      for (const told of [states.answer(unhealthy, Math.random), states.answer(unhealthy, Math.random)]) {
        expect(told).toEqual({ ttl: 60, size: inDns.length, broken: expect.anything() });
        expect(new Set(told.broken)).toEqual(new Set(inDns.filter((place) => broken.has(place))));
      }
      expect(states.isClean(unhealthy)).toBe(!inDns.some((place) => broken.has(place)));
    }),
  );
});

test('whoever asks first uses up no chance', () => {
  const { zones, places } = multivalue(3);
  const states = new NameStates(new Answers(zones, NAME, places), () => true);

  expect(() =>
    states.answer(new Set(), () => {
      throw new Error('drawn');
    }),
  ).not.toThrow();
});

test('of more than eight records each answer holds another eight', () => {
  const { zones, places } = multivalue(20);
  const states = new NameStates(new Answers(zones, NAME, places), (place) => place === 0);
  const random = seededRandom(1);

  const told = Array.from({ length: 4000 }, () => states.answer(new Set(), random));

  expect(told.every(({ size }) => size === 8)).toBe(true);
  expect(told.filter(({ broken }) => broken.length > 0).length / told.length).toBeCloseTo(8 / 20, 1);
  expect([states.isClean(new Set()), states.isClean(new Set(['check-0']))]).toEqual([false, true]);
});

describe('in a failover', () => {
  const { zones, places } = multivalue(2);
  const states = new NameStates(new Answers(zones, NAME, places), (place) => place === 0);
  const edge = { at: 30, healthCheckId: 'check-0', healthy: false };

  test('answers are clean from the moment at which DNS learns of it', () => {
    const timeline = new Timeline(states, new Set(), [edge], Math.random);

    expect(timeline.cleanFrom).toBe(30);
    expect([29.9, 30].map((at) => timeline.answerAt(at))).toEqual([
      { ttl: 60, size: 2, broken: [0] },
      { ttl: 60, size: 1, broken: [] },
    ]);
  });

  test('answers that nobody mends are never clean', () => {
    expect(new Timeline(states, new Set(), [], Math.random).cleanFrom).toBe(Number.POSITIVE_INFINITY);
  });

  test('DNS fails open when the last healthy address leaves too', () => {
    const timeline = new Timeline(states, new Set(), [edge, { ...edge, at: 40, healthCheckId: 'check-1' }], Math.random);

    expect(timeline.answerAt(41)).toEqual({ ttl: 60, size: 2, broken: [0] });
    expect(timeline.cleanFrom).toBe(Number.POSITIVE_INFINITY);
  });

  test('what is healthy again is answered again', () => {
    const timeline = new Timeline(states, new Set(), [edge, { ...edge, at: 50, healthy: true }], Math.random);

    expect([40, 60].map((at) => timeline.answerAt(at).size)).toEqual([1, 2]);
  });
});
