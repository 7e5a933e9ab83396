import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS } from '../private/contract';

/** ACM renews 45 days and more before the end, and most others a month: with two weeks left, something has failed several times. */
const LEAST_DAYS = 14;

/** Days until a certificate expires; of proxies that have not the same one, those of the first to expire. */
export function daysToExpiry(fleetName: string, certificate: string, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS.namespace,
    metricName: METRICS.daysToExpiry,
    dimensionsMap: { [METRICS.dimension]: fleetName, [METRICS.certificateDimension]: certificate },
    statistic: 'Minimum',
    period: Duration.days(1),
    ...options,
  });
}

/** What somebody must hear of before clients see an expired certificate. The alarms have no actions of their own. */
export class CertificateAlarms extends Construct {
  private readonly made: cloudwatch.Alarm[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: { readonly fleetName: string },
  ) {
    super(scope, id);
  }

  public get all(): cloudwatch.Alarm[] {
    return [...this.made];
  }

  /** Proxies look twice a day, so a day without a figure is as bad as a low one. */
  public watch(certificate: string): void {
    const alarm = new cloudwatch.Alarm(this, certificate, {
      metric: daysToExpiry(this.props.fleetName, certificate),
      threshold: LEAST_DAYS,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      alarmDescription: `The certificate ${certificate} expires in less than ${LEAST_DAYS} days, or no proxy has told for a day: read the log of proxy-fleet-certificates on the proxies`,
    });
    this.made.push(alarm);
  }
}
