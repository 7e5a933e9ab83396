import { METRICS } from '../lib/private/contract';

export interface MetricValue {
  readonly value: number;
  readonly unit: 'Count' | 'Milliseconds';
}

/**
 * Metrics of a fleet in CloudWatch's embedded metric format: one line of the log, and no call.
 *
 * @param now epoch milliseconds
 */
export function embeddedMetrics(fleet: string, now: number, values: Record<string, MetricValue>): string {
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
