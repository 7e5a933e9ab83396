import fc from 'fast-check';
import type { RecordSet } from '../../../rehearsal/dns/records';
import { select } from '../../../rehearsal/dns/select';
import { seededRandom } from '../../../rehearsal/random';
import { at, chosen, NAME, near, seed, shares } from './choices';
import { multivalue, PRIMARY, record, SECONDARY, SIMPLE, weighted, zoneOf } from './zones';

test('a simple record is answered whatever its health', () => {
  expect(chosen([record(NAME, 1, SIMPLE)], [1])).toEqual([at(1)]);
});

test('nothing is chosen of a name or a type that the zone does not hold', () => {
  const zone = zoneOf(record(NAME, 1, SIMPLE));

  expect(select(zone, NAME, 'AAAA', () => true, seededRandom(1))).toEqual([]);
  expect(select(zone, 'nobody.example.com', 'A', () => true, seededRandom(1))).toEqual([]);
});

describe('multivalue', () => {
  test('S1: up to eight healthy records are all answered', () => {
    expect(chosen(multivalue(NAME, 8))).toHaveLength(8);
    expect(chosen(multivalue(NAME, 10), [3, 7])).toHaveLength(8);
  });

  test(`S1: of more than eight healthy ones each is among the random eight as often as any other (seed ${seed})`, () => {
    const answered = shares(multivalue(NAME, 13), [5]);

    expect(Object.keys(answered)).toHaveLength(12);
    for (const share of Object.values(answered)) expect(share).toEqual(near(8 / 12));
  });

  test('S2: when none is healthy up to eight of the unhealthy are answered', () => {
    const all = Array.from({ length: 12 }, (_, index) => index + 1);

    expect(chosen(multivalue(NAME, 3), all)).toHaveLength(3);
    expect(new Set(chosen(multivalue(NAME, 12), all)).size).toBe(8);
  });

  test('S3: a record without a health check is healthy', () => {
    const [first, second] = multivalue(NAME, 2) as [RecordSet, RecordSet];

    expect(chosen([first, { ...second, healthCheckId: undefined }], [1, 2])).toEqual(second.values);
  });

  test(`S1, S2: never empty, never more than eight, never unhealthy while one is healthy (FC_SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), fc.integer(), (healths, from) => {
        const failed = healths.flatMap((healthy, index) => (healthy ? [] : [index + 1]));
        const healthy = healths.length - failed.length;

        const answered = chosen(multivalue(NAME, healths.length), failed, seededRandom(from));

        expect(answered).toHaveLength(Math.min(8, healthy || healths.length));
        const bad = answered.filter((address) => failed.includes(Number(address.split('.')[3])));
        expect(bad).toHaveLength(healthy ? 0 : answered.length);
      }),
      { seed },
    );
  });
});

describe('failover', () => {
  const pair = [record(NAME, 2, SECONDARY), record(NAME, 1, PRIMARY)];

  test.each<[string, number[], number]>([
    ['both are healthy the primary', [], 1],
    ['the secondary is not the primary', [2], 1],
    ['the primary is not the secondary', [1], 2],
    ['neither is the primary', [1, 2], 1],
  ])('S4: when %s is answered', (_, failed, expected) => {
    expect(chosen(pair, failed)).toEqual([at(expected)]);
  });

  test('S4: a secondary without a health check is answered whenever the primary is not healthy', () => {
    const unchecked = [record(NAME, 1, PRIMARY), record(NAME, 2, SECONDARY, { healthCheckId: undefined })];

    expect(chosen(unchecked, [1, 2])).toEqual([at(2)]);
  });

  test('S4: one of the two alone is answered whatever its health', () => {
    expect(chosen([record(NAME, 2, SECONDARY)], [2])).toEqual([at(2)]);
    expect(chosen([record(NAME, 1, PRIMARY)], [1])).toEqual([at(1)]);
  });
});

describe('weighted', () => {
  test(`S6: one record is drawn, as often as its weight says (seed ${seed})`, () => {
    expect(shares(weighted(NAME, 10, 20, 20))).toEqual({ [at(1)]: near(0.2), [at(2)]: near(0.4), [at(3)]: near(0.4) });
  });

  test(`S6: without an unhealthy one the others keep their proportion (seed ${seed})`, () => {
    expect(shares(weighted(NAME, 10, 20, 20), [3])).toEqual({ [at(1)]: near(1 / 3), [at(2)]: near(2 / 3) });
  });

  test('S6: weight 0 has no turn while a greater one is healthy', () => {
    expect(shares(weighted(NAME, 0, 1, 255), [3])).toEqual({ [at(2)]: 1 });
  });

  test(`S6: records of weight 0 have their turn, one as often as another, when all greater ones are unhealthy (seed ${seed})`, () => {
    expect(shares(weighted(NAME, 0, 5, 0), [2])).toEqual({ [at(1)]: near(0.5), [at(3)]: near(0.5) });
    expect(shares(weighted(NAME, 0, 5, 0), [2, 3])).toEqual({ [at(1)]: 1 });
  });

  test(`S6: when all weights are 0 one record is as likely as another (seed ${seed})`, () => {
    expect(shares(weighted(NAME, 0, 0, 0, 0))).toEqual({
      [at(1)]: near(0.25),
      [at(2)]: near(0.25),
      [at(3)]: near(0.25),
      [at(4)]: near(0.25),
    });
  });

  test(`S6: when none is healthy all are drawn from as if they were (seed ${seed})`, () => {
    expect(shares(weighted(NAME, 30, 10, 0), [1, 2, 3])).toEqual({ [at(1)]: near(0.75), [at(2)]: near(0.25) });
  });
});
