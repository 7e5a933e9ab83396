import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { POOL_METRICS } from '../private/pool-contract';
import { fleetMetric } from './fleet-metric';
import { MINUTE, makeAlarms } from './watch';

/** What somebody must hear of who runs an elastic fleet. The alarms have no actions of their own. */
export class PoolAlarms extends Construct {
  public readonly all: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: { readonly fleetName: string; readonly function: lambda.IFunction }) {
    super(scope, id);
    this.all = makeAlarms(this, {
      WithoutAddress: {
        metric: fleetMetric(props.fleetName, POOL_METRICS.waiting, { statistic: 'Minimum', period: MINUTE }),
        missing: cloudwatch.TreatMissingData.IGNORE,
        threshold: 1,
        minutes: 10,
        description:
          'A proxy has been waiting for an address for 10 minutes: make the pool larger, or find out why old proxies do not end',
      },
      Errors: {
        metric: props.function.metricErrors({ statistic: 'Sum', period: MINUTE }),
        missing: cloudwatch.TreatMissingData.NOT_BREACHING,
        threshold: 1,
        minutes: 5,
        description: 'Proxies get no address: read the log of the function',
      },
      Silence: {
        metric: props.function.metricInvocations({ statistic: 'Sum', period: MINUTE }),
        threshold: 1,
        below: true,
        minutes: 5,
        missing: cloudwatch.TreatMissingData.BREACHING,
        description: "Nobody has looked after the addresses for 5 minutes: see whether the sweep's rule is enabled",
      },
    });
  }
}
