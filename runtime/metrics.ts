/** What one run adds to the metrics, in CloudWatch's embedded metric format: one line of the log, and no call. */
import { METRICS } from '../lib/private/contract';
import type { Decision } from './core/choose-holders';
import type { TakeoverSummary } from './takeover';

/** @param now epoch milliseconds */
export function metricsOf(fleet: string, summary: TakeoverSummary, now: number): string | undefined {
  const { outcome, moves, tookMs, decisions, liveSlots, silentObservers } = summary;
  if (outcome === 'busy' || outcome === 'stale') return undefined;
  const made = moves.map(({ virtualIp }) => virtualIp);
  const stuck = decisions.flatMap((decision) => (decision.action === 'stuck' ? [decision] : []));
  const values: Record<string, { readonly value: number; readonly unit: 'Count' | 'Milliseconds' }> = {
    ...(liveSlots !== undefined && { [METRICS.liveSlots]: { value: liveSlots, unit: 'Count' as const } }),
    [METRICS.silentObservers]: { value: silentObservers, unit: 'Count' },
    [METRICS.unassociated]: { value: decisions.filter((decision) => isNowhere(decision, made)).length, unit: 'Count' },
    [METRICS.moves]: { value: moves.length, unit: 'Count' },
    [METRICS.stuck]: { value: stuck.length, unit: 'Count' },
    [METRICS.aboveCap]: { value: stuck.filter(({ cause }) => cause === 'cap').length, unit: 'Count' },
    ...(tookMs !== undefined && { [METRICS.took]: { value: tookMs, unit: 'Milliseconds' as const } }),
  };
  const definitions = Object.entries(values).map(([name, { unit }]) => ({ Name: name, Unit: unit }));
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [{ Namespace: METRICS.namespace, Dimensions: [[METRICS.dimension]], Metrics: definitions }],
    },
    [METRICS.dimension]: fleet,
    ...Object.fromEntries(Object.entries(values).map(([name, { value }]) => [name, value])),
  });
}

/** On none of the fleet's slots. */
function isNowhere(decision: Decision, made: readonly string[]): boolean {
  return decision.action === 'move'
    ? decision.from === undefined && !made.includes(decision.virtualIp)
    : decision.at === undefined;
}
