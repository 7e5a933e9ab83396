import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS } from '../private/contract';

/** A metric that a function of a fleet writes. */
export function fleetMetric(fleetName: string, metricName: string, options: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS.namespace,
    metricName,
    dimensionsMap: { [METRICS.dimension]: fleetName },
    ...options,
  });
}
