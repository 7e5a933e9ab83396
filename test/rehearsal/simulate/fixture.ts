import type { CaseResult, ClassResult, GroupResult, SimulationResult } from '../../../rehearsal/simulate/result';

export function classResult(over: Partial<ClassResult> = {}): ClassResult {
  return {
    client: 'first address',
    cache: 'TTL',
    clients: 1000,
    affected: 0.998,
    outage: { mean: 61, p50: 61.1, p90: 85.1, p99: 92.9, max: 97.9 },
    lost: 21_200,
    delayed: 0,
    delaySeconds: 0,
    ofBudget: 0.787,
    judged: true,
    kept: true,
    lasting: { everySeconds: 10, shares: [1, 1, 0.8, 0.8, 0.2, 0] },
    ...over,
  };
}

const UNHURT = {
  affected: 0,
  outage: undefined,
  lost: 0,
  ofBudget: 0,
  lasting: { everySeconds: 10, shares: [0, 0, 0, 0, 0, 0] },
};

export function group(over: Partial<GroupResult> = {}): GroupResult {
  return {
    name: 'www.example.org',
    kind: 'name',
    budget: 118,
    formula: '3 x (10 + 6) s + 10 s propagation + 60 s TTL',
    classes: [
      classResult(),
      classResult({ cache: '5 min', judged: false, ofBudget: 2.78 }),
      classResult({ ...UNHURT, client: 'next address' }),
      classResult({ ...UNHURT, client: 'next address', cache: '5 min', judged: false }),
      classResult({ ...UNHURT, client: 'happy eyeballs', delayed: 25_200, delaySeconds: 0.25 }),
      classResult({ ...UNHURT, client: 'happy eyeballs', cache: '5 min', delayed: 63_800, delaySeconds: 0.25, judged: false }),
    ],
    ...over,
  };
}

export function caseResult(over: Partial<CaseResult> = {}): CaseResult {
  return {
    fault: 'crash',
    broken: 'one of 3 slots',
    failovers: 500,
    measures: [
      { name: 'detection by health checks', seconds: { mean: 28.2, p50: 28.4, p90: 29.3, p99: 29.7, max: 30 } },
      { name: 'virtual IP at its new holder' },
    ],
    groups: [group()],
    ...over,
  };
}

export function simulation(over: Partial<SimulationResult> = {}): SimulationResult {
  return {
    stack: 'Demo',
    seed: 7,
    failovers: 500,
    clients: 200,
    assumptions: [
      { name: 'health check to DNS answers, at most', value: '10 s', source: 'AWS publishes none', option: '--propagation' },
      { name: "resolver 'TTL'", value: 'asks again when the TTL is over', source: 'unbound as it comes' },
    ],
    notes: ['Sixteen health checkers look from random phases.'],
    cases: [caseResult()],
    passed: true,
    ...over,
  };
}

export function brokenSimulation(): SimulationResult {
  const classes = [classResult({ outage: { mean: 400, p50: 300, p90: 900, p99: 902, max: 902 }, ofBudget: 7.64, kept: false })];
  return simulation({ passed: false, cases: [caseResult({ fault: 'hang', groups: [group({ classes })] })] });
}
