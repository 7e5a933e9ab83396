import { Reference, Token, Tokenization } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct, IConstruct } from 'constructs';
import { asResource } from '../private/cfn-resource';
import { fail } from '../private/validate';
import { isCloudFront, validateDistribution } from './cloudfront-alias';
import type { FailoverAliasOptions } from './failover-branch-options';
import { type BoundBranch, type Branch, type BranchContext, writeFailoverRecord } from './failover-record';
import { recordsLike } from './name-rivals';
import { isSameName, isWithin } from './record-name';
import { isKnownPrivate } from './zone-kind';

/** The branch of an alias. */
export class AliasBranch implements Branch {
  constructor(
    private readonly target: route53.IAliasRecordTarget,
    private readonly options: FailoverAliasOptions,
  ) {}

  public bind(scope: Construct, context: BranchContext): BoundBranch {
    const { healthCheck } = this.options;
    if (healthCheck) validateHealthCheck(scope, context, healthCheck);
    return { ipAddresses: [], recordTypes: [route53.RecordType.A], publish: () => this.publish(scope, context) };
  }

  private publish(scope: Construct, context: BranchContext): void {
    const { healthCheck } = this.options;
    let unevaluated: route53.CfnRecordSet.AliasTargetProperty | undefined;
    const alias = writeFailoverRecord(scope, context, {
      recordType: route53.RecordType.A,
      healthCheck,
      target: route53.RecordTarget.fromAlias({
        bind: (owner, zone) => {
          const { hostedZoneId, dnsName, evaluateTargetHealth } = this.target.bind(owner, zone);
          const led = aliasedResource(dnsName);
          if (isCloudFront(scope, hostedZoneId)) {
            validateCloudFront(scope, context, led);
            unevaluated = { hostedZoneId, dnsName };
          } else if (evaluateTargetHealth === false) {
            fail(scope, 'evaluateTargetHealth of a failover alias must be true, got false: leave it out');
          }
          const record = asResource(led, route53.CfnRecordSet);
          validateRecordTarget(scope, context, { hostedZoneId, dnsName }, record);
          if (!healthCheck) requireJudged(scope, context, record);
          return { hostedZoneId, dnsName, evaluateTargetHealth: true };
        },
      }),
    });
    // Route 53 cannot evaluate this target, and RecordSet writes no failover alias that does not ask for it.
    if (unevaluated) (alias.node.defaultChild as route53.CfnRecordSet).aliasTarget = unevaluated;
  }
}

/** What a name refers to, if it is the name of a resource of this app. */
function aliasedResource(dnsName: string): IConstruct | undefined {
  const token = Tokenization.reverseString(dnsName).firstToken;
  return token && Reference.isReference(token) ? token.target : undefined;
}

function validateCloudFront(scope: Construct, { zone, domainName, role }: BranchContext, led?: IConstruct): void {
  if (role === route53.Failover.PRIMARY) {
    fail(
      scope,
      'primary must be a target whose health Route 53 can evaluate, got a CloudFront distribution: make it the secondary, ' +
        'and let the distribution fail over between origins',
    );
  }
  if (isKnownPrivate(zone)) {
    fail(scope, `a CloudFront distribution cannot be in a private zone, got '${zone.zoneName}': use a public zone`);
  }
  validateDistribution(scope, domainName, led);
}

/** An alias to a record stays within its zone and its type, and must not lead back to itself. */
function validateRecordTarget(
  scope: Construct,
  { zone, domainName }: BranchContext,
  { hostedZoneId, dnsName }: route53.CfnRecordSet.AliasTargetProperty,
  led?: route53.CfnRecordSet,
): void {
  if (led) {
    if (!Token.isUnresolved(led.type) && led.type !== route53.RecordType.A) {
      fail(scope, `an alias must lead to a record of its own type A, got ${led.type} of '${led.node.path}': name an A record`);
    }
    if (isOtherZone(led.hostedZoneId, zone.hostedZoneId)) {
      fail(scope, `an alias must lead to a record of its own zone, got '${led.node.path}' of another: publish it in both zones`);
    }
    return;
  }
  if (hostedZoneId !== zone.hostedZoneId || Token.isUnresolved(dnsName) || Token.isUnresolved(zone.zoneName)) return;
  if (isSameName(dnsName, domainName)) {
    fail(scope, `an alias must not lead to its own name, got '${dnsName}': name another record`);
  }
  if (!isWithin(dnsName, zone.zoneName)) {
    fail(scope, `an alias must lead to a record of its own zone '${zone.zoneName}', got '${dnsName}': name a record below it`);
  }
}

/** Nobody can compare an id that is known with a reference. */
function isOtherZone(one: string | undefined, other: string): boolean {
  return one !== undefined && one !== other && Token.isUnresolved(one) === Token.isUnresolved(other);
}

/** A group with one record that always counts as healthy is always healthy; its other records may be written later. */
function requireJudged(scope: Construct, { role }: BranchContext, led?: route53.CfnRecordSet): void {
  if (role !== route53.Failover.PRIMARY || !led) return;
  const complaint = ({ node }: route53.CfnRecordSet) =>
    `a primary needs a health check, got '${node.path}' without one: give it one, or give healthCheck here`;
  if (!isJudged(led)) fail(scope, complaint(led));
  scope.node.addValidation({
    validate: () =>
      recordsLike(led)
        .filter((each) => !isJudged(each))
        .map(complaint),
  });
}

/** A record without a health check always counts as healthy, and so does an alias that does not evaluate its target. */
function isJudged({ healthCheckId, aliasTarget }: route53.CfnRecordSet): boolean {
  if (healthCheckId !== undefined || aliasTarget === undefined) return healthCheckId !== undefined;
  if (!('dnsName' in aliasTarget)) return true;
  const { evaluateTargetHealth = false } = aliasTarget;
  return evaluateTargetHealth !== false;
}

/** A check that asks for the name which it decides about is, in the words of AWS, unpredictable. */
function validateHealthCheck(scope: Construct, { domainName }: BranchContext, healthCheck: route53.IHealthCheck): void {
  const config = asResource(healthCheck.node.defaultChild, route53.CfnHealthCheck)?.healthCheckConfig;
  if (config === undefined || !('type' in config) || config.fullyQualifiedDomainName === undefined) return;
  if (isSameName(config.fullyQualifiedDomainName, domainName)) {
    fail(
      scope,
      `a health check must not ask for the name that it decides about, got '${domainName}': ask for what the branch leads to`,
    );
  }
}
