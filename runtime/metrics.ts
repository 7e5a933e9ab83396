/** What one run of the takeover function adds to the metrics. */
import { METRICS } from '../lib/private/contract';
import type { Decision } from './core/choose-holders';
import { embeddedMetrics, type MetricValue } from './embedded-metrics';
import type { TakeoverSummary } from './takeover';

/** @param now epoch milliseconds */
export function metricsOf(fleet: string, summary: TakeoverSummary, now: number): string | undefined {
  const { outcome, moves, tookMs, decisions, liveSlots, silentObservers } = summary;
  if (outcome === 'busy' || outcome === 'stale') return undefined;
  const made = moves.map(({ virtualIp }) => virtualIp);
  const stuck = decisions.flatMap((decision) => (decision.action === 'stuck' ? [decision] : []));
  const count = (value: number): MetricValue => ({ value, unit: 'Count' });
  return embeddedMetrics(fleet, now, {
    ...(liveSlots !== undefined && { [METRICS.liveSlots]: count(liveSlots) }),
    [METRICS.silentObservers]: count(silentObservers),
    [METRICS.unassociated]: count(decisions.filter((decision) => isNowhere(decision, made)).length),
    [METRICS.moves]: count(moves.length),
    [METRICS.stuck]: count(stuck.length),
    [METRICS.aboveCap]: count(stuck.filter(({ cause }) => cause === 'cap').length),
    ...(tookMs !== undefined && { [METRICS.took]: { value: tookMs, unit: 'Milliseconds' as const } }),
  });
}

/** On none of the fleet's slots. */
function isNowhere(decision: Decision, made: readonly string[]): boolean {
  return decision.action === 'move'
    ? decision.from === undefined && !made.includes(decision.virtualIp)
    : decision.at === undefined;
}
