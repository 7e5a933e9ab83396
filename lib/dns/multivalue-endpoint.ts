import { Annotations, Duration, Fn, Stack, Tags, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { fail } from '../private/validate';
import type { IAddressSource, PublishedAddress } from './address-source';
import { FailoverBudget } from './failover-budget';
import { ProxyHealthCheck } from './proxy-health-check';

/** Route 53 keeps at most this many records of one name and type. Source: Route 53 developer guide, "Quotas". */
const MAX_RECORDS = 100;

/** Properties of a MultivalueEndpoint. */
export interface MultivalueEndpointProps {
  /** The public hosted zone that gets the records. */
  readonly zone: route53.IHostedZone;

  /**
   * Name of the records, relative to the zone or fully qualified.
   *
   * @default - the zone's own name
   */
  readonly recordName?: string;

  /** Where the name leads: a fleet or a virtual IP. */
  readonly addresses: IAddressSource;

  /**
   * How long resolvers may keep an answer. Part of the failover budget; synth warns above 60 s and below 10 s.
   *
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;

  /**
   * How Route 53 probes each address.
   *
   * @default ProxyHealthCheck.http()
   */
  readonly healthCheck?: ProxyHealthCheck;

  /**
   * Longest outage that clients of the name may suffer when one address dies. Synth warns when the failover budget exceeds it, and names
   * what to change.
   *
   * @default - the failover budget is compared with nothing
   */
  readonly maxOutage?: Duration;
}

/**
 * Many addresses, one name: one A record and one health check for each address.
 *
 * Route 53 answers with all healthy addresses in random order (with a random eight of them if there are more) and, when none is
 * healthy, with all. Clients try one after the other. Everything exists from the deploy on, so that a failure needs no API call.
 *
 * Source: Route 53 API reference, `ResourceRecordSet.MultiValueAnswer`.
 *
 * @example
 * declare const zone: route53.IHostedZone;
 * declare const fleet: ProxyFleet;
 * const www = new MultivalueEndpoint(this, 'Www', { zone, recordName: 'www', addresses: fleet, maxOutage: Duration.minutes(2) });
 * new CfnOutput(this, 'Name', { value: www.domainName });
 */
export class MultivalueEndpoint extends Construct {
  /** The fully qualified name, without a dot at the end. */
  public readonly domainName: string;

  /** The bound on a client's outage when one address dies; an output of the stack tells it, too. */
  public readonly failoverBudget: FailoverBudget;

  constructor(scope: Construct, id: string, props: MultivalueEndpointProps) {
    super(scope, id);
    const ttl = props.ttl ?? Duration.seconds(60);
    const healthCheck = props.healthCheck ?? ProxyHealthCheck.http();
    this.validateTtl(ttl);
    healthCheck._validate(this);

    const source = props.addresses.bindAddresses(this, { ttl });
    this.validateAddresses(source.addresses);
    this.validatePort(healthCheck._port, source.ports);

    for (const address of source.addresses) this.publish(address, props, ttl, healthCheck);
    this.domainName = fullName(props.recordName, props.zone.zoneName);
    this.failoverBudget = FailoverBudget._forDns(healthCheck, ttl);
    this.failoverBudget._publish(this, 'Longest outage of a client that uses the name');
    this.failoverBudget._warnAbove(this, props.maxOutage, source.failoverBudget);
  }

  private publish(address: PublishedAddress, props: MultivalueEndpointProps, ttl: Duration, check: ProxyHealthCheck): void {
    const scope = new Construct(this, address.name);
    const healthCheck = check._bind(scope, 'HealthCheck', address.ipAddress);
    Tags.of(healthCheck).add('Name', `${this.node.path}/${address.name}`);
    const record = new route53.ARecord(scope, 'Record', {
      zone: props.zone,
      recordName: props.recordName,
      ttl,
      multiValueAnswer: true,
      setIdentifier: address.setIdentifier,
      healthCheck,
      // A join, because the strict rule engine takes a bare reference to an Elastic IP for something that is no address.
      target: route53.RecordTarget.fromIpAddresses(Fn.join('', [address.ipAddress, ''])),
      comment: `${this.node.path}: ${address.name}`,
    });
    if (address.ready) record.node.addDependency(address.ready);
  }

  private validateTtl(ttl: Duration): void {
    if (ttl.isUnresolved()) return;
    const seconds = ttl.toMilliseconds() / 1000;
    if (!Number.isInteger(seconds) || seconds < 1) {
      fail(this, `ttl must be a whole number of seconds, 1 at least, got ${seconds}: use Duration.seconds(60)`);
    }
    if (seconds > 60) {
      Annotations.of(this).addWarningV2(
        'cdk-proxy-fleet:longTtl',
        `ttl of ${seconds} s keeps clients on a dead address for that long: use 60 s or less`,
      );
    }
    if (seconds < 10) {
      Annotations.of(this).addWarningV2(
        'cdk-proxy-fleet:shortTtl',
        `ttl of ${seconds} s costs a query for nearly every connection and many resolvers ignore it: use 10 s or more`,
      );
    }
  }

  private validateAddresses(addresses: PublishedAddress[]): void {
    if (addresses.length === 0) fail(this, 'addresses must hold at least 1 address, got 0: give a fleet with slots');
    if (addresses.length > MAX_RECORDS) {
      fail(
        this,
        `a name has at most ${MAX_RECORDS} multivalue records, got ${addresses.length}: spread the fleet over several names`,
      );
    }
    for (const key of ['name', 'setIdentifier', 'ipAddress'] as const) {
      const seen = new Set<string>();
      for (const value of addresses.map((address) => address[key])) {
        if (seen.has(value)) fail(this, `${key} must be unique within a name, got '${value}' twice: publish each address once`);
        seen.add(value);
      }
    }
    for (const { setIdentifier } of addresses) {
      if (!Token.isUnresolved(setIdentifier) && (setIdentifier.length < 1 || setIdentifier.length > 128)) {
        fail(this, `setIdentifier must have 1 to 128 characters, got ${setIdentifier.length}: use a shorter construct id`);
      }
    }
  }

  /** Listeners may be added later, so this waits for the end. */
  private validatePort(port: number, ports?: string[]): void {
    if (ports === undefined || Token.isUnresolved(port)) return;
    this.node.addValidation({
      validate: () => {
        const open: string[] = Stack.of(this).resolve(ports);
        if (open.some((candidate) => typeof candidate !== 'string' || candidate === String(port))) return [];
        return [
          `port of a health check must be one on which the proxies answer (${open.join(', ')}), got ${port}: nothing would ever be healthy`,
        ];
      },
    });
  }
}

function fullName(recordName: string | undefined, zoneName: string): string {
  if (recordName === undefined || recordName === '') return zoneName;
  const name = recordName.replace(/\.$/, '');
  return name === zoneName || name.endsWith(`.${zoneName}`) ? name : `${name}.${zoneName}`;
}
