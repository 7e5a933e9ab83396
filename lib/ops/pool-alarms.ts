import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { POOL_METRICS } from '../private/pool-contract';
import { fleetMetric } from './fleet-metric';
import { functionWatches, MINUTE, makeAlarms } from './watch';

/** What somebody must hear of who runs an elastic fleet. The alarms have no actions of their own. */
export class PoolAlarms extends Construct {
  public readonly all: cloudwatch.Alarm[];

  /** @param props of them `waiting` is what to do when proxies wait */
  constructor(
    scope: Construct,
    id: string,
    props: { readonly fleetName: string; readonly function: lambda.IFunction; readonly waiting: string },
  ) {
    super(scope, id);
    this.all = makeAlarms(this, {
      // A look at all in service does not know of those that are being launched; they ask several times a minute.
      WithoutAddress: {
        metric: fleetMetric(props.fleetName, POOL_METRICS.waiting, { statistic: 'Maximum', period: MINUTE }),
        missing: cloudwatch.TreatMissingData.IGNORE,
        threshold: 1,
        minutes: 10,
        description: `A proxy has been waiting for 10 minutes to be published: ${props.waiting}`,
      },
      ...functionWatches(props.function, {
        errors: 'New proxies are not published',
        silence: 'Nobody has looked after what is published',
      }),
    });
  }
}
