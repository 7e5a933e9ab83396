/** Aliases: trees of records, through which health goes up and the choice goes down. */
import fc from 'fast-check';
import type { RecordSet } from '../../../rehearsal/dns/records';
import { select } from '../../../rehearsal/dns/select';
import { seededRandom } from '../../../rehearsal/random';
import { at, chosen, NAME, near, seed, shares } from './choices';
import { alias, PRIMARY, record, SECONDARY, SIMPLE, zoneOf } from './zones';

const fleet = (name: string, ...numbers: number[]) => numbers.map((number) => record(name, number, { policy: 'multivalue' }));
const primary = fleet('primary.example.com', 1, 2, 3);
const tree = [alias(NAME, 'primary.example.com', PRIMARY), ...primary, record(NAME, 9, SECONDARY)];

test('S5: an alias that evaluates its target is healthy as long as one record of the target is', () => {
  expect(chosen(tree, [1, 2])).toEqual([at(3)]);
});

test('S5: it is left for the other branch when none is', () => {
  expect(chosen(tree, [1, 2, 3])).toEqual([at(9)]);
});

test('S4, S5: when both branches are dead the whole primary one is answered', () => {
  expect(chosen(tree, [1, 2, 3, 9]).sort()).toEqual([at(1), at(2), at(3)]);
});

test('S5: an alias that does not evaluate its target is always healthy, and what is dead behind it is answered', () => {
  const blind = [alias(NAME, 'primary.example.com', PRIMARY, { evaluateTargetHealth: false }), ...tree.slice(1)];

  expect(chosen(blind, [1, 2, 3]).sort()).toEqual([at(1), at(2), at(3)]);
});

test.each<[string, boolean, string[], string[]]>([
  ['its check and its target pass', true, [], [at(1)]],
  ['its target fails', true, ['check-1'], [at(9)]],
  ['its check fails', true, ['gate'], [at(9)]],
  ['its check fails, its target not evaluated', false, ['gate'], [at(9)]],
  ['its target fails unevaluated', false, ['check-1'], [at(1)]],
])('S5: an alias with a check of its own when %s', (_, evaluateTargetHealth, failed, expected) => {
  const gated = { ...alias(NAME, 'one.example.com', PRIMARY, { evaluateTargetHealth }), healthCheckId: 'gate' };

  expect(chosen([gated, ...fleet('one.example.com', 1), record(NAME, 9, SECONDARY)], failed)).toEqual(expected);
});

test(`S5, S6: of weighted branches a dead one is never drawn, of a half dead one what lives is (seed ${seed})`, () => {
  const branches = [
    alias(NAME, 'east.example.com', { policy: 'weighted', weight: 10 }),
    alias(NAME, 'west.example.com', { policy: 'weighted', weight: 30 }),
    ...fleet('east.example.com', 1, 2),
    ...fleet('west.example.com', 3, 4),
  ];

  expect(shares(branches, [1, 3])).toEqual({ [at(2)]: near(0.25), [at(4)]: near(0.75) });
  expect(shares(branches, [3, 4])).toEqual({ [at(1)]: 1, [at(2)]: 1 });
});

test('S5: health goes up through as many aliases as there are', () => {
  const deep = [
    alias(NAME, 'a.example.com', PRIMARY),
    record(NAME, 9, SECONDARY),
    alias('a.example.com', 'b.example.com', SIMPLE),
    alias('b.example.com', 'c.example.com', PRIMARY),
    alias('b.example.com', 'd.example.com', SECONDARY),
    ...fleet('c.example.com', 1),
    ...fleet('d.example.com', 2),
  ];

  expect(chosen(deep)).toEqual([at(1)]);
  expect(chosen(deep, [1])).toEqual([at(2)]);
  expect(chosen(deep, [1, 2])).toEqual([at(9)]);
  expect(chosen(deep, [1, 2, 9])).toEqual([at(1)]);
});

test('S5: a target outside of the zone counts as healthy, and the alias itself stands for it', () => {
  const outside = { ...alias(NAME, 'd111.cloudfront.net', SECONDARY), values: [at(7)] };

  expect(chosen([record(NAME, 1, PRIMARY), outside], [1])).toEqual([at(7)]);
  expect(chosen([record(NAME, 1, PRIMARY), outside])).toEqual([at(1)]);
});

test('S21: what is answered has the TTL of the target', () => {
  const zone = zoneOf(alias(NAME, 'one.example.com', SIMPLE), record('one.example.com', 1, SIMPLE, { ttl: 17 }));

  expect(select(zone, NAME, 'A', () => true, seededRandom(1))).toMatchObject([{ ttl: 17, name: 'one.example.com' }]);
});

test('a name that leads to itself is an error and never hangs', () => {
  const ring = ['a', 'b', NAME.split('.')[0]].map((label, index, all) =>
    alias(`${label}.example.com`, `${all[(index + 1) % 3]}.example.com`, SIMPLE),
  );

  expect(() => chosen(ring)).toThrow('leads back to itself');
  expect(() => chosen([alias(NAME, NAME, PRIMARY), alias(NAME, NAME, SECONDARY)])).toThrow('leads back to itself');
});

test('shared branches are judged once: a hundred levels of two ways each take no time', () => {
  const level = (depth: number) => (depth === 0 ? NAME : `l${depth}.example.com`);
  const ladder = Array.from({ length: 100 }, (_, depth) => [
    alias(level(depth), level(depth + 1), PRIMARY),
    alias(level(depth), level(depth + 1), SECONDARY),
  ]).flat();

  expect(chosen([...ladder, record(level(100), 1, SIMPLE)], [1])).toEqual([at(1)]);
});

test(`S4, S5, S6: no dead address is answered while the tree holds a healthy one (FC_SEED=${seed})`, () => {
  const policies = fc.constantFrom('multivalue', 'weighted', 'failover');
  const branch = fc.record({ policy: policies, healths: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }) });

  fc.assert(
    fc.property(fc.boolean(), fc.tuple(branch, branch), fc.integer(), (failsOver, branches, from) => {
      const root = (index: number) => (failsOver ? [PRIMARY, SECONDARY][index] : { policy: 'weighted', weight: index }) as never;
      let number = 0;
      const failed: number[] = [];
      const leaf = (name: string, policy: string, healthy: boolean, index: number) => {
        number += 1;
        if (!healthy) failed.push(number);
        const routing = { policy, weight: index, role: index === 0 ? 'PRIMARY' : 'SECONDARY' } as RecordSet['routing'];
        return record(name, number, routing);
      };
      const records = branches.flatMap(({ policy, healths }, index) => {
        const name = `${index}.example.com`;
        const two = policy === 'failover' ? healths.slice(0, 2) : healths;
        return [alias(NAME, name, root(index)), ...two.map((healthy, each) => leaf(name, policy, healthy, each))];
      });

      const answered = chosen(records, failed, seededRandom(from));

      const dead = answered.filter((address) => failed.includes(Number(address.split('.')[3])));
      expect(answered.length).toBeGreaterThan(0);
      expect(dead).toHaveLength(failed.length < number ? 0 : answered.length);
    }),
    { seed },
  );
});
