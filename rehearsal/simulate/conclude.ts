/** From what was counted to what is told. */
import type { Budget } from '../template/budgets';
import { CLIENT_TIMEOUT_SECONDS } from './behaviours';
import type { Case, ClientClass } from './cases';
import type { Histogram } from './histogram';
import type { CaseResult, ClassResult, GroupResult, Percentiles } from './result';
import type { Scene } from './scene';
import type { CaseTally, ClassTally } from './tally';

/** Points of a curve after its first. Those of clients behind the same kind of resolver are drawn together. */
const POINTS = 120;

/** What a curve shows beyond its budget, as a factor. */
const BEYOND = 1.15;

export function concludeCase(scene: Scene, played: Case, classes: readonly ClientClass[], tally: CaseTally): CaseResult {
  const measures = [
    { name: 'detection by health checks', seconds: percentiles(tally.detection) },
    { name: 'answers without what is broken', seconds: percentiles(tally.withdrawal) },
    ...(scene.takeover ? [{ name: 'virtual IP at its new holder', seconds: percentiles(tally.takeover) }] : []),
  ];
  return {
    fault: played.fault,
    broken: played.broken,
    failovers: tally.failovers,
    measures,
    groups: groupsOf(scene, played).map(({ belongs, ...of }) => group(of, belongs)),
  };

  function group(of: Group, belongs: (one: ClientClass) => boolean): GroupResult {
    const own = classes.flatMap((one, index) => (belongs(one) ? [{ one, counted: tally.classes[index] as ClassTally }] : []));
    const results = own.map(({ one, counted }) => {
      const beside = own.filter((other) => cacheOf(other.one) === cacheOf(one));
      const longest = Math.max(0, ...beside.map((other) => other.counted.outage.max / 1000));
      const everySeconds = round(Math.max(1, longest, (of.budget?.seconds ?? 0) * BEYOND) / POINTS);
      return classResult(one, played, counted, of.budget, everySeconds);
    });
    return { name: of.name, kind: of.kind, budget: of.budget?.seconds, formula: of.budget?.formula, classes: results };
  }
}

/** Who waits for an answer that never comes knows of a failure no sooner than the wait is over. */
function budgetOf(budget: Budget | undefined, { fault }: Case): Budget | undefined {
  if (!budget || fault === 'crash') return budget;
  return {
    seconds: budget.seconds + CLIENT_TIMEOUT_SECONDS,
    formula: `${budget.formula} + ${CLIENT_TIMEOUT_SECONDS} s timeout of the client`,
  };
}

/** Where a branch breaks, the name that fails over is told of alone: nothing else promised anything. */
function groupsOf({ names, virtualIps }: Scene, played: Case): (Group & { belongs: (one: ClientClass) => boolean })[] {
  const { survivor } = played;
  const ofNames = names.map(({ name, adoption, withdrawal }, index) => ({
    name,
    kind: 'name' as const,
    budget: budgetOf(survivor === undefined ? (adoption ?? withdrawal) : withdrawal, played),
    belongs: (one: ClientClass) => one.kind === 'name' && one.name === index,
  }));
  if (survivor !== undefined) return ofNames.filter((_, index) => index === survivor);
  const ofVirtualIps = virtualIps.map(({ name, budget }, index) => ({
    name,
    kind: 'virtual-ip' as const,
    budget: budgetOf(budget, played),
    belongs: (one: ClientClass) => one.kind === 'virtual-ip' && one.virtualIp === index,
  }));
  return [...ofNames, ...ofVirtualIps];
}

interface Group {
  readonly name: string;
  readonly kind: GroupResult['kind'];
  readonly budget?: Budget;
}

function classResult(
  one: ClientClass,
  { fault }: Case,
  { clients, affected, outage, lost, delayed }: ClassTally,
  budget: Budget | undefined,
  everySeconds: number,
): ClassResult {
  const figures = percentiles(outage);
  const limits = Array.from({ length: POINTS + 1 }, (_, index) => index * everySeconds);
  const ofBudget = budget && round((figures?.p99 ?? 0) / budget.seconds);
  // A cache that keeps to the TTL, and none in the client that knows no TTL.
  const judged =
    budget !== undefined && (one.kind === 'virtual-ip' || (one.cache.keepsTtl && one.behaviour.ownCacheSeconds === 0));
  return {
    client: one.kind === 'virtual-ip' ? 'knows the address' : one.behaviour.name,
    cache: cacheOf(one),
    clients,
    affected: share(affected, clients),
    outage: figures,
    lost,
    delayed,
    delaySeconds:
      one.kind === 'name' && fault === 'black-hole' && one.behaviour.triesNext[fault] ? one.behaviour.attemptSeconds : 0,
    ofBudget,
    judged,
    kept: !judged || (ofBudget ?? 0) <= 1,
    lasting: { everySeconds, shares: outage.above(limits).map((count) => share(count, clients)) },
  };
}

function cacheOf(one: ClientClass): string | undefined {
  return one.kind === 'name' ? one.cache.name : undefined;
}

function percentiles(histogram: Histogram): Percentiles | undefined {
  const { mean } = histogram;
  if (mean === undefined) return undefined;
  const at = (share: number) => round(histogram.percentile(share) ?? 0);
  return { mean: round(mean), p50: at(0.5), p90: at(0.9), p99: at(0.99), max: round(histogram.max / 1000) };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 1e6) / 1e6;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
