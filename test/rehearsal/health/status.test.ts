import fc from 'fast-check';
import type { HealthCheck } from '../../../rehearsal/health/health-check';
import { statusOf } from '../../../rehearsal/health/status';
import { checkOf } from './endpoint';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);

function status(id: string, checks: HealthCheck[], found: Record<string, boolean> = {}): boolean {
  return statusOf(id, new Map(checks.map((check) => [check.id, check])), (each) => found[each]);
}

const calculated = (threshold: number, children: string[], other: Partial<HealthCheck> = {}) =>
  ({ id: 'sum', type: 'CALCULATED', children, threshold, ...other }) as HealthCheck;

test('S14: a check of which nothing is known yet is healthy, and unhealthy when it is inverted', () => {
  const alarm = { id: 'alarm', type: 'CLOUDWATCH_METRIC', insufficientData: 'Unhealthy' } as const;

  expect(status('check-1', [checkOf()])).toBe(true);
  expect(status('check-1', [checkOf({ inverted: true })])).toBe(false);
  expect(status('alarm', [alarm])).toBe(true);
  expect(status('alarm', [{ ...alarm, inverted: true }])).toBe(false);
});

test('a check that is not held is healthy', () => {
  expect(status('unknown', [], { unknown: false })).toBe(true);
});

test.each([
  { found: true, inverted: false, disabled: false, expected: true },
  { found: false, inverted: false, disabled: false, expected: false },
  { found: true, inverted: true, disabled: false, expected: false },
  { found: false, inverted: true, disabled: false, expected: true },
  { found: false, inverted: false, disabled: true, expected: true },
  { found: true, inverted: true, disabled: true, expected: false },
  { found: false, inverted: true, disabled: true, expected: false },
])(
  'S15: disabled first, then inverted: $found, inverted $inverted, disabled $disabled is $expected',
  ({ found, expected, ...as }) => {
    expect(status('check-1', [checkOf(as)], { 'check-1': found })).toBe(expected);
  },
);

describe('calculated', () => {
  const children = ['a', 'b', 'c'];
  const three = children.map((id) => checkOf({ id }));

  test.each([
    [2, { a: true, b: true, c: false }, true],
    [2, { a: true, b: false, c: false }, false],
    [1, { a: false, b: false, c: true }, true],
    [3, { a: true, b: true, c: true }, true],
    [0, { a: false, b: false, c: false }, true],
    [4, { a: true, b: true, c: true }, false],
  ])('S16: with a threshold of %d, %o is healthy: %p', (threshold, found, expected) => {
    expect(status('sum', [calculated(threshold, children), ...three], found)).toBe(expected);
  });

  test('S15, S16: a disabled child counts as healthy, an inverted one as what it says', () => {
    const mixed = [checkOf({ id: 'a', disabled: true }), checkOf({ id: 'b', inverted: true })];

    expect(status('sum', [calculated(2, ['a', 'b']), ...mixed], { a: false, b: false })).toBe(true);
    expect(status('sum', [calculated(2, ['a', 'b']), ...mixed], { a: false, b: true })).toBe(false);
  });

  test('S15, S16: it can be inverted and disabled itself', () => {
    expect(status('sum', [calculated(1, ['a'], { inverted: true }), ...three], { a: false })).toBe(true);
    expect(status('sum', [calculated(9, ['a'], { disabled: true }), ...three])).toBe(true);
  });

  test('S14: it is healthy as long as nothing is known of its children', () => {
    expect(status('sum', [calculated(3, children), ...three])).toBe(true);
  });

  test('S16: it must not count another calculated check, least of all itself', () => {
    expect(() => status('sum', [calculated(1, ['sum'])])).toThrow('must not count another one, got sum');
  });

  test(`S16: it is healthy when as many children are as its threshold says (FC_SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 255 }), fc.nat(256), (healths, threshold) => {
        const ids = healths.map((_, index) => `c${index}`);
        const found = Object.fromEntries(ids.map((id, index) => [id, healths[index] as boolean]));

        const healthy = status('sum', [calculated(threshold, ids), ...ids.map((id) => checkOf({ id }))], found);

        expect(healthy).toBe(healths.filter(Boolean).length >= threshold);
      }),
      { seed },
    );
  });
});
