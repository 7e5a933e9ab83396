import { heartbeatDetectionSeconds, WATCHDOG } from '../../../lib/private/contract';
import { DECISION_SECONDS } from '../../../lib/private/takeover-contract';
import {
  decisionBudget,
  orderBudget,
  returnBudget,
  takeoverBudget,
  type VirtualIpTiming,
} from '../../../rehearsal/template/budgets';

const takeover = { topology: { fleet: 'F', slots: [], virtualIps: [], probes: [] }, sweepSeconds: 60, addresses: new Map() };
const assumptions = { propagationSeconds: 10, addressMoveSeconds: 10 };
const beating = (advertMs: number): VirtualIpTiming => ({ takeover, heartbeat: { advertMs } });
const watchdog = Math.ceil((WATCHDOG.intervalMs + WATCHDOG.fall * WATCHDOG.timeoutMs) / 1000);

test('detection is the slower of four adverts and the watchdog', () => {
  expect(heartbeatDetectionSeconds(100)).toBe(watchdog);
  expect(heartbeatDetectionSeconds(1000)).toBe(Math.max(4, watchdog));
  expect(heartbeatDetectionSeconds(40_000)).toBe(160);
});

test('without heartbeats a fault waits for the next sweep', () => {
  expect(takeoverBudget({ takeover }, assumptions)).toEqual({
    seconds: 60 + DECISION_SECONDS + 10,
    formula: `60 s sweep + ${DECISION_SECONDS} s decision + 10 s address move`,
  });
});

test('with heartbeats it waits for them only', () => {
  expect(decisionBudget(beating(200)).seconds).toBe(watchdog + DECISION_SECONDS);
  expect(takeoverBudget(beating(1000), assumptions)).toEqual({
    seconds: 4 + DECISION_SECONDS + 10,
    formula: `4 s heartbeats + ${DECISION_SECONDS} s decision + 10 s address move`,
  });
});

test('watchdogs run in real time, so of a faster rehearsal they take more', () => {
  expect(decisionBudget(beating(200), 10).seconds).toBe(10 * watchdog + DECISION_SECONDS);
  expect(decisionBudget(beating(200), 10).formula).toContain('watchdogs are not scaled');
  expect(decisionBudget(beating(40_000), 10).seconds).toBe(160 + DECISION_SECONDS);
});

test('an order waits for nothing, and a proxy that is back for its watchdog', () => {
  expect(orderBudget(assumptions).seconds).toBe(DECISION_SECONDS + 10);
  const rise = (WATCHDOG.rise * (WATCHDOG.intervalMs + WATCHDOG.timeoutMs)) / 1000;
  expect(returnBudget(beating(200), assumptions).seconds).toBeCloseTo(rise + 0.8 + DECISION_SECONDS + 10);
  expect(returnBudget({ takeover }, assumptions).seconds).toBe(60 + DECISION_SECONDS + 10);
});
