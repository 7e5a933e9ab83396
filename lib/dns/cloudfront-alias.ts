import { Stack, Token } from 'aws-cdk-lib';
import { CfnDistribution } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct, IConstruct } from 'constructs';
import { asResource } from '../private/cfn-resource';
import { fail } from '../private/validate';
import { isSameName } from './record-name';

/**
 * How the hosted zone of CloudFront is written in a template: the zones themselves, aws-cdk-lib's mapping of them by partition, and the
 * attribute of an edge-optimized API.
 *
 * Source: Route 53 API reference, `AliasTarget.HostedZoneId`.
 */
const CLOUDFRONT_ZONES = [
  'Z2FDTNDATAQYW2',
  'Z3RFFRIM2A3IF5',
  'AWSCloudFrontPartitionHostedZoneIdMap',
  'DistributionHostedZoneId',
];

/** True for the zone of CloudFront, in which Cognito's domains, AppSync's and edge-optimized APIs are, too. */
export function isCloudFront(scope: Construct, hostedZoneId: string): boolean {
  const written = JSON.stringify(Stack.of(scope).resolve(hostedZoneId));
  return CLOUDFRONT_ZONES.some((zone) => written.includes(`"${zone}"`));
}

/** A distribution answers only for the names that it lists. */
export function validateDistribution(scope: Construct, domainName: string, led?: IConstruct): void {
  const config = asResource(led, CfnDistribution)?.distributionConfig;
  if (config === undefined || !('enabled' in config) || Token.isUnresolved(domainName)) return;
  const names = config.aliases ?? [];
  if (Token.isUnresolved(names) || names.some((name) => Token.isUnresolved(name) || covers(name, domainName))) return;
  fail(
    scope,
    `a CloudFront distribution must list the name that leads to it, got [${names.join(', ')}] without '${domainName}': add it to domainNames`,
  );
}

/** A wildcard stands for exactly one label. */
function covers(name: string, domainName: string): boolean {
  if (!name.startsWith('*.')) return isSameName(name, domainName);
  return isSameName(name.slice(2), domainName.slice(domainName.indexOf('.') + 1));
}
