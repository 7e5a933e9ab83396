/** When the takeover function looks, against the rehearsal's keepalived, and against the figures that the budget counts with. */
import { WATCHDOG } from '../../../lib/private/contract';
import { DECISION_SECONDS } from '../../../lib/private/takeover-contract';
import { VrrpNetwork } from '../../../rehearsal/planes/heartbeats/vrrp-network';
import { FAULTS } from '../../../rehearsal/simulate/behaviours';
import { decisionSeconds, noticeSeconds } from '../../../rehearsal/simulate/takeover';
import { noticeBudget } from '../../../rehearsal/template/budgets';

const ADVERT_MS = 200;
/** No sweep comes before the heartbeats. */
const LATE = 1e9;

/** Draws the sweep, then the moment between two looks or adverts. */
const chance = (moment: number) => {
  const draws = [0.999, moment].values();
  return () => draws.next().value ?? 0;
};

/** Seconds until a backup claims slot 1, when its proxy dies, or its watchdog calls it sick. */
function claimed(
  slots: string[],
  phaseMs: number,
  act: (network: VrrpNetwork, now: number) => void,
  dead: string[] = [],
): number {
  const claims: number[] = [];
  const network = new VrrpNetwork(slots, ADVERT_MS, ({ at, slot, proxy, state }) => {
    if (slot === '1' && proxy !== '1' && state === 'master') claims.push(at);
  });
  for (const slot of slots) network.start(slot, true, 0);
  for (const slot of dead) network.die(slot);
  const fault = 10_000 + phaseMs;
  network.advance(fault);
  claims.length = 0;
  act(network, fault);
  network.advance(fault + 5000);
  return ((claims[0] ?? Number.NaN) - fault) / 1000;
}

test.each([
  [['1', '2', '3'], []],
  [['1', '2', '3'], ['2']],
  [['1', '2', '3', '4', '5', '6'], []],
])(
  'of the slots %p without %p one claims that of a host that died at the very moment that the fast path tells',
  (slots, dead) => {
    const timing = { slots: slots.length, sweepSeconds: LATE, advertMs: ADVERT_MS, addressMoveSeconds: 0 };
    const broken = (slot: number) => dead.includes(String(slot + 1));

    for (let phase = 1; phase < ADVERT_MS; phase += 9) {
      // The network's adverts are due at multiples of the interval after the first claim.
      const real = claimed(slots, phase, (network) => network.die('1'), dead);
      const quickest = noticeSeconds(timing, 'black-hole', 0, broken, chance(1));
      const slowest = noticeSeconds(timing, 'black-hole', 0, broken, chance(0));
      expect(real).toBeGreaterThanOrEqual(quickest - 1e-9);
      expect(real).toBeLessThanOrEqual(slowest + 1e-9);
      expect(slowest - quickest).toBeCloseTo(ADVERT_MS / 1000, 9);
    }
  },
);

test('a sick slot is claimed when the skew is over, as in the network', () => {
  const timing = { slots: 3, sweepSeconds: LATE, advertMs: ADVERT_MS, addressMoveSeconds: 0 };
  const verdict = ((WATCHDOG.fall - 1) * WATCHDOG.intervalMs) / 1000;

  const real = claimed(['1', '2', '3'], 50, (network, now) => network.setHealth('1', false, now));

  expect(noticeSeconds(timing, 'crash', 0, () => false, chance(0))).toBeCloseTo(verdict + real, 9);
});

test.each(FAULTS)('a %s is noticed within its budget, with and without heartbeats', (fault) => {
  for (const advertMs of [undefined, 100, 200, 1000]) {
    const timing = { slots: 3, sweepSeconds: 60, advertMs, addressMoveSeconds: 0 };
    const takeover = { topology: { fleet: '', slots: [], virtualIps: [], probes: [] }, sweepSeconds: 60, addresses: new Map() };
    const heartbeat = advertMs === undefined ? undefined : { advertMs };
    const budget = noticeBudget({ takeover, heartbeat }, 1).seconds;

    for (const moment of [0, 0.5, 0.999]) {
      expect(noticeSeconds(timing, fault, 0, () => false, chance(moment))).toBeLessThanOrEqual(budget);
    }
  }
});

test('with every other slot broken only a sweep tells', () => {
  const timing = { slots: 3, sweepSeconds: 60, advertMs: 200, addressMoveSeconds: 0 };

  expect(noticeSeconds(timing, 'crash', 0, () => true, chance(0))).toBeCloseTo(0.999 * 60, 9);
});

test.each(FAULTS)('the decision on a %s takes a look at least, and its budget at most', (fault) => {
  expect(decisionSeconds(fault, () => 0)).toBeCloseTo(fault === 'crash' ? 0.3 : 0.6, 9);
  expect(decisionSeconds(fault, () => 1)).toBeCloseTo(DECISION_SECONDS, 9);
});
