import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
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

/** What is watched of a function that the sweep calls every minute: that it does not fail, and that it is called. */
export function functionWatches(
  watched: lambda.IFunction,
  { errors, silence }: { readonly errors: string; readonly silence: string },
): Record<'Errors' | 'Silence', Watch> {
  return {
    Errors: {
      metric: watched.metricErrors({ statistic: 'Sum', period: MINUTE }),
      missing: cloudwatch.TreatMissingData.NOT_BREACHING,
      threshold: 1,
      minutes: 2,
      description: `${errors}: read the log of the function`,
    },
    Silence: {
      metric: watched.metricInvocations({ statistic: 'Sum', period: MINUTE }),
      threshold: 1,
      below: true,
      minutes: 5,
      missing: cloudwatch.TreatMissingData.BREACHING,
      description: `${silence} for 5 minutes: see whether the sweep's rule is enabled`,
    },
  };
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
