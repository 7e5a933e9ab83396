import { Tags } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { requireWhole } from '../private/validate';
import { AddressRouting } from './address-routing';
import type { AddressSourceConfig } from './address-source';
import type { FailoverAddressesOptions } from './failover-branch-options';
import { type BoundBranch, type BranchContext, writeFailoverRecord } from './failover-record';
import { ProxyHealthCheck } from './proxy-health-check';
import { placeOf, publishAddresses, recordTypesOf, validateAddresses } from './published-records';

/**
 * Publishes addresses under a name of the branch's own and leads the endpoint's name there, for each record type by itself.
 *
 * Records before aliases: Route 53 refuses an alias to a record that is not there yet.
 */
export function bindGroup(
  scope: Construct,
  context: BranchContext,
  source: AddressSourceConfig,
  options: FailoverAddressesOptions,
): BoundBranch {
  const { zone, domainName, ttl, role } = context;
  const { healthCheck = ProxyHealthCheck.http(), routing = AddressRouting.MULTIVALUE, minHealthy = 1 } = options;
  // Another name for another policy: Route 53 takes just one for a name, and records change one after the other.
  const dnsName = `${role.toLowerCase()}${routing === AddressRouting.WEIGHTED ? '-weighted' : ''}.${domainName}`;
  healthCheck._validate(scope);
  validateAddresses(scope, source.addresses);

  const publish = (recordTypes: route53.RecordType[]) => {
    const group = { zone, recordName: `${dnsName}.`, ttl, healthCheck, routing, recordTypes };
    const published = publishAddresses(scope, source, group);
    for (const recordType of recordTypes) {
      const members = published.filter((each) => each.recordType === recordType);
      const place = placeOf(scope, recordType);
      const alias = writeFailoverRecord(place, context, {
        recordType,
        target: route53.RecordTarget.fromAlias({
          bind: () => ({ hostedZoneId: zone.hostedZoneId, dnsName, evaluateTargetHealth: true }),
        }),
        healthCheck: requireHealthy(
          place,
          minHealthy,
          members.map((each) => each.healthCheck),
        ),
      });
      alias.node.addDependency(...members.map(({ record }) => record));
    }
  };
  const ipAddresses = source.addresses.map(({ ipAddress }) => ipAddress);
  return { ipAddresses, healthCheck, recordTypes: recordTypesOf(source.addresses), publish };
}

/** An alias is healthy while one of its records is; more takes a check that counts. */
function requireHealthy(scope: Construct, minHealthy: number, checks: route53.HealthCheck[]): route53.HealthCheck | undefined {
  requireWhole(scope, 'minHealthy', minHealthy, 1, checks.length, 'ask for as many as the branch has addresses, or fewer');
  if (minHealthy === 1) return undefined;
  const count = new route53.HealthCheck(scope, 'MinHealthy', {
    type: route53.HealthCheckType.CALCULATED,
    childHealthChecks: checks,
    healthThreshold: minHealthy,
  });
  Tags.of(count).add('Name', count.node.path);
  return count;
}
