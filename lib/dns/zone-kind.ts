import { Stack } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { asResource } from '../private/cfn-resource';

/** True for a private zone made by this app; of an imported zone nobody can tell. */
export function isKnownPrivate(zone: route53.IHostedZone): boolean {
  return (vpcsOf(zone) ?? 0) > 0;
}

/** True for a public zone made by this app. */
export function isKnownPublic(zone: route53.IHostedZone): boolean {
  return vpcsOf(zone) === 0;
}

/** Number of VPCs that a zone of this app is for; undefined for any other. */
function vpcsOf(zone: route53.IHostedZone): number | undefined {
  const resource = asResource(zone.node.defaultChild, route53.CfnHostedZone);
  return resource && (Stack.of(resource).resolve(resource.vpcs) ?? []).length;
}
