import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** Period of all that is watched. */
export const MINUTE = Duration.minutes(1);

/** What one alarm watches. */
export interface Watch {
  readonly metric: cloudwatch.IMetric;
  /** In alarm from this value on, or, below, under it. */
  readonly threshold: number;
  readonly below?: boolean;
  readonly minutes: number;
  /** What silence means. */
  readonly missing: cloudwatch.TreatMissingData;
  /** What happened, and what to do. */
  readonly description: string;
}

/** Makes one alarm for each, called so; they have no actions of their own. */
export function makeAlarms(scope: Construct, watches: Record<string, Watch>): cloudwatch.Alarm[] {
  return Object.entries(watches).map(([id, { metric, threshold, below, minutes, missing, description }]) => {
    return new cloudwatch.Alarm(scope, id, {
      metric,
      threshold,
      comparisonOperator: below
        ? cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
        : cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: minutes,
      treatMissingData: missing,
      alarmDescription: description,
    });
  });
}
