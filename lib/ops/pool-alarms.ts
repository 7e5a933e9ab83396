import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { POOL_METRICS } from '../private/pool-contract';
import { fleetMetric } from './fleet-metric';
import { functionWatches, MINUTE, makeAlarms } from './watch';

/** What somebody must hear of who runs an elastic fleet. The alarms have no actions of their own. */
export class PoolAlarms extends Construct {
  public readonly all: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: { readonly fleetName: string; readonly function: lambda.IFunction }) {
    super(scope, id);
    this.all = makeAlarms(this, {
      // A look at all in service does not know of those that are being launched; they ask several times a minute.
      WithoutAddress: {
        metric: fleetMetric(props.fleetName, POOL_METRICS.waiting, { statistic: 'Maximum', period: MINUTE }),
        missing: cloudwatch.TreatMissingData.IGNORE,
        threshold: 1,
        minutes: 10,
        description:
          'A proxy has been waiting for an address for 10 minutes: make the pool larger, or find out why old proxies do not end',
      },
      ...functionWatches(props.function, {
        errors: 'Proxies get no address',
        silence: 'Nobody has looked after the addresses',
      }),
    });
  }
}
