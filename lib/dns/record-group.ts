import { Tags } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { requireWhole } from '../private/validate';
import { AddressRouting } from './address-routing';
import type { AddressSourceConfig } from './address-source';
import type { FailoverAddressesOptions } from './failover-branch-options';
import { type BoundBranch, type BranchContext, writeFailoverRecord } from './failover-record';
import { ProxyHealthCheck } from './proxy-health-check';
import { publishAddresses } from './published-records';

/**
 * Publishes addresses under a name of the branch's own and leads the endpoint's name there, for each record type that they have.
 *
 * Records before aliases: Route 53 refuses an alias to a record that is not there yet.
 */
export function publishGroup(
  scope: Construct,
  context: BranchContext,
  source: AddressSourceConfig,
  options: FailoverAddressesOptions,
): BoundBranch {
  const { zone, domainName, ttl, role } = context;
  const { healthCheck = ProxyHealthCheck.http(), routing = AddressRouting.MULTIVALUE, minHealthy = 1 } = options;
  const dnsName = `${role.toLowerCase()}.${domainName}`;
  healthCheck._validate(scope);

  const published = publishAddresses(scope, source, { zone, recordName: `${dnsName}.`, ttl, healthCheck, routing });
  for (const recordType of new Set(published.map((each) => each.recordType))) {
    const group = published.filter((each) => each.recordType === recordType);
    const alias = writeFailoverRecord(scope, context, {
      recordType,
      target: route53.RecordTarget.fromAlias({
        bind: () => ({ hostedZoneId: zone.hostedZoneId, dnsName, evaluateTargetHealth: true }),
      }),
      healthCheck: requireHealthy(
        scope,
        minHealthy,
        group.map((each) => each.healthCheck),
      ),
    });
    alias.node.addDependency(...group.map(({ record }) => record));
  }
  return { ipAddresses: source.addresses.map(({ ipAddress }) => ipAddress), healthCheck };
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
