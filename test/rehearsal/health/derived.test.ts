/** Checks without an endpoint of their own, and what becomes of those that look from fewer places, the wrong way round or not at all. */
import type { HealthCheck } from '../../../rehearsal/health/health-check';
import { HealthChecks, type StatusChange } from '../../../rehearsal/health/health-checks';
import { seededRandom } from '../../../rehearsal/random';
import { VirtualClock } from '../virtual-clock';
import { checkOf } from './endpoint';

const ALARM: HealthCheck = { id: 'alarm', type: 'CLOUDWATCH_METRIC', insufficientData: 'LastKnownStatus' };
const SWITCH: HealthCheck = { id: 'switch', type: 'RECOVERY_CONTROL' };

/** Checks in virtual time; endpoints named in `broken` refuse. */
class Rig {
  readonly clock = new VirtualClock();
  readonly broken = new Set<string>();
  readonly probed = new Map<string, number>();
  readonly told: string[] = [];
  readonly changes: StatusChange[] = [];
  readonly checks: HealthChecks;

  constructor(checks: HealthCheck[], { propagationSeconds = 0, seed = 1 } = {}) {
    this.checks = new HealthChecks({
      checks,
      clock: this.clock,
      random: seededRandom(seed),
      propagationSeconds,
      probe: async ({ id }) => {
        this.probed.set(id, (this.probed.get(id) ?? 0) + 1);
        return { healthy: !this.broken.has(id), reason: 'told so' };
      },
    });
    this.checks.on('status', ({ id, healthy, reason }) => this.told.push(`${id} ${healthy}: ${reason}`));
    this.checks.on('edge', (change) => this.changes.push(change));
    this.checks.start();
  }

  seconds(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000);
  }
}

describe('calculated', () => {
  const sum: HealthCheck = { id: 'sum', type: 'CALCULATED', children: ['a', 'b', 'switch'], threshold: 2 };
  const all = [sum, checkOf({ id: 'a' }), checkOf({ id: 'b' }), SWITCH];

  test('S16: changes with the child that makes the difference, and changes back with any other', async () => {
    const rig = new Rig(all);
    rig.broken.add('a').add('b');

    await rig.seconds(60);
    const down = [...rig.told];
    rig.broken.delete('b');
    await rig.seconds(60);

    expect(down.at(-1)).toBe('sum false: 1 of 3 checks say healthy, 2 are enough');
    expect(down.filter((line) => line.startsWith('sum'))).toHaveLength(1);
    expect(rig.told.slice(down.length)).toEqual([
      'b true: 3 of 16 checkers say healthy',
      'sum true: 2 of 3 checks say healthy, 2 are enough',
    ]);
  });

  test('S18: has a way to DNS of its own', async () => {
    const arrivals = { sum: new Set<number>(), switch: new Set<number>() };
    for (let seed = 1; seed <= 50; seed += 1) {
      const rig = new Rig([{ ...sum, threshold: 3 }, ...all.slice(1)], { seed, propagationSeconds: 10 });
      rig.checks.set('switch', false);
      expect(rig.checks.isHealthy('switch')).toBe(true);
      await rig.seconds(11);
      for (const { id, at } of rig.changes) arrivals[id as 'sum'].add(at / 1000);
      expect([rig.checks.isHealthy('switch'), rig.checks.isHealthy('sum')]).toEqual([false, false]);
      await rig.checks.stop();
    }

    for (const each of Object.values(arrivals)) {
      expect(each.size).toBe(50);
      expect(Math.min(...each)).toBeLessThan(1);
      expect(Math.max(...each)).toBeGreaterThan(9);
      expect(Math.max(...each)).toBeLessThanOrEqual(10);
    }
    expect([...arrivals.sum]).not.toEqual([...arrivals.switch]);
  });
});

describe('an alarm', () => {
  test('S14: is healthy before it has said anything, and unhealthy when it is inverted', () => {
    expect(new Rig([ALARM]).checks.isHealthy('alarm')).toBe(true);
    expect(new Rig([{ ...ALARM, inverted: true }]).checks.isHealthy('alarm')).toBe(false);
  });

  test.each<['Healthy' | 'Unhealthy' | 'LastKnownStatus', boolean, boolean]>([
    ['Healthy', true, true],
    ['Healthy', false, true],
    ['Unhealthy', true, false],
    ['Unhealthy', false, false],
    ['LastKnownStatus', true, true],
    ['LastKnownStatus', false, false],
  ])('without data says %s, after %p: %p', async (insufficientData, before, expected) => {
    const rig = new Rig([{ ...ALARM, insufficientData }]);
    rig.checks.set('alarm', before);

    rig.checks.set('alarm', undefined);
    await rig.seconds(1);

    expect(rig.checks.isHealthy('alarm')).toBe(expected);
  });

  test('S15: that is inverted says the contrary of its data', async () => {
    const rig = new Rig([{ ...ALARM, inverted: true }]);

    rig.checks.set('alarm', false);
    await rig.seconds(1);

    expect(rig.checks.isHealthy('alarm')).toBe(true);
    expect(rig.told).toEqual(['alarm true: its alarm says unhealthy']);
  });
});

test('a routing control says what it is set to, and that it is said twice changes nothing', async () => {
  const rig = new Rig([SWITCH]);

  for (const state of [false, false, true]) {
    rig.checks.set('switch', state);
    await rig.seconds(1);
    expect(rig.checks.isHealthy('switch')).toBe(state);
  }

  expect(rig.told).toEqual(['switch false: its routing control says unhealthy', 'switch true: its routing control says healthy']);
});

test.each<[string, string, boolean | undefined, string]>([
  ['an endpoint', 'check-1', false, 'only an alarm or a routing control can be set, got check-1 (HTTP)'],
  ['a check that is not held', 'other', false, 'only an alarm or a routing control can be set, got other (unknown)'],
  ['a routing control that is neither on nor off', 'switch', undefined, 'routing control switch must be on or off, got neither'],
])('%s cannot be set', (_, id, state, message) => {
  expect(() => new Rig([checkOf(), SWITCH]).checks.set(id, state)).toThrow(message);
});

test('S15: nobody looks at the endpoint of a disabled check', async () => {
  const rig = new Rig([checkOf({ disabled: true }), checkOf({ id: 'odd', disabled: true, inverted: true })]);
  rig.broken.add('check-1').add('odd');

  await rig.seconds(60);

  expect(rig.probed.size).toBe(0);
  expect([rig.checks.isHealthy('check-1'), rig.checks.isHealthy('odd')]).toEqual([true, false]);
});

test('S14, S15: an inverted check starts unhealthy for DNS, and is healthy once its endpoint is gone', async () => {
  const rig = new Rig([checkOf({ inverted: true })]);
  expect(rig.checks.isHealthy('check-1')).toBe(false);

  rig.broken.add('check-1');
  await rig.seconds(60);

  expect(rig.checks.isHealthy('check-1')).toBe(true);
  expect(rig.told).toEqual(['check-1 true: 2 of 16 checkers say healthy']);
});

test('S7: a check that names three regions has six checkers, and two of them are enough', async () => {
  const rig = new Rig([checkOf({ regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] })]);
  await rig.seconds(10);
  expect(rig.probed.get('check-1')).toBe(6);

  rig.broken.add('check-1');
  await rig.seconds(60);
  rig.broken.clear();
  await rig.seconds(60);

  expect(rig.told).toEqual(['check-1 false: 1 of 6 checkers say healthy', 'check-1 true: 2 of 6 checkers say healthy']);
});
