import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { METRICS } from '../private/contract';
import { fleetMetric } from './fleet-metric';
import { functionWatches, MINUTE, makeAlarms, type Watch } from './watch';

/** What somebody must hear of who runs virtual IPs. The alarms have no actions of their own. */
export class TakeoverAlarms extends Construct {
  public readonly all: cloudwatch.Alarm[];

  constructor(scope: Construct, id: string, props: { readonly fleetName: string; readonly takeover: lambda.IFunction }) {
    super(scope, id);
    const { fleetName, takeover } = props;
    // A run that could not look tells nothing: what was known last stays true.
    const own = (name: string, statistic: string) => ({
      metric: fleetMetric(fleetName, name, { statistic, period: MINUTE }),
      missing: cloudwatch.TreatMissingData.IGNORE,
    });
    const { Errors, Silence } = functionWatches(takeover, {
      errors: 'Takeovers fail',
      silence: 'Nobody has looked after the virtual IPs',
    });
    const watches: Record<string, Watch> = {
      NoLiveSlot: {
        ...own(METRICS.liveSlots, 'Minimum'),
        threshold: 1,
        below: true,
        minutes: 2,
        description: 'No slot was seen live, so nothing can move: read the instances\' boot log and "proxy-fleet vip status"',
      },
      MovesAboveCap: {
        ...own(METRICS.aboveCap, 'Maximum'),
        threshold: 1,
        minutes: 1,
        description: 'A virtual IP moved as often as it may and stays where it is: find out why its slots come and go',
      },
      Unassociated: {
        ...own(METRICS.unassociated, 'Maximum'),
        threshold: 1,
        minutes: 2,
        description: 'A virtual IP is on no slot of its fleet: see "proxy-fleet vip status" and who else moves it',
      },
      Stuck: {
        ...own(METRICS.stuck, 'Maximum'),
        threshold: 1,
        minutes: 2,
        description: 'A virtual IP should move and cannot: "proxy-fleet vip status" says why',
      },
      SilentObservers: {
        ...own(METRICS.silentObservers, 'Maximum'),
        threshold: 1,
        minutes: 5,
        description: 'A probe function does not answer, so a dead slot may not be proven dead: read its log',
      },
      Errors,
      Throttles: {
        metric: takeover.metricThrottles({ statistic: 'Sum', period: MINUTE }),
        missing: cloudwatch.TreatMissingData.NOT_BREACHING,
        threshold: 1,
        minutes: 1,
        description: 'Lambda refuses to run the takeover function: raise the concurrency of the account, or find who uses it up',
      },
      Silence,
    };
    this.all = makeAlarms(this, watches);
  }
}
