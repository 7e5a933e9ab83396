import { Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { asResource } from '../private/cfn-resource';

/** True for a private zone made by this app; of an imported zone nobody can tell. */
export function isKnownPrivate(zone: route53.IHostedZone): boolean {
  const resource = asResource(zone.node.defaultChild, route53.CfnHostedZone);
  return resource !== undefined && (Stack.of(resource).resolve(resource.vpcs) ?? []).length > 0;
}
