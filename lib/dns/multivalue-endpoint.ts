import { Duration } from 'aws-cdk-lib';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { fail } from '../private/validate';
import { AddressRouting } from './address-routing';
import type { IAddressSource } from './address-source';
import { FailoverBudget } from './failover-budget';
import { findMisfits, findMisfitsOfKept, type KeptName } from './name-rivals';
import { ProxyHealthCheck } from './proxy-health-check';
import { ADDRESS_RECORD_TYPES, publishAddresses, validatePort, validateTtl } from './published-records';
import { fullName, requireWithin } from './record-name';

/** Properties of a MultivalueEndpoint. */
export interface MultivalueEndpointProps {
  /** The hosted zone that gets the records: a public one, or for private proxies a private one. */
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
   * How Route 53 probes each address. Private addresses it cannot reach: leave it out for an elastic fleet in private subnets, whose own
   * functions probe its proxies.
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
 * Many addresses, one name: one A record and one health check for each address, and of a dual-stack fleet one AAAA record and one more
 * health check beside them, so that each family is judged by itself.
 *
 * Route 53 answers a question for either family with all healthy addresses in random order (with a random eight of them if there are more) and, when none is
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

  /**
   * The bound on a client's outage when one address dies; an output of the stack tells it, too. Of a single virtual IP it is the virtual
   * IP's own, because DNS has no other address to answer with.
   */
  public readonly failoverBudget: FailoverBudget;

  /**
   * Its name, where a fleet keeps the records.
   *
   * @internal
   */
  public readonly _kept?: KeptName;

  constructor(scope: Construct, id: string, props: MultivalueEndpointProps) {
    super(scope, id);
    const ttl = props.ttl ?? Duration.seconds(60);
    const healthCheck = props.healthCheck ?? ProxyHealthCheck.http();
    validateTtl(this, ttl);
    healthCheck._validate(this);

    const { zone, recordName } = props;
    const byDns = FailoverBudget._forDns(healthCheck, ttl, 'endpoint');
    this.domainName = fullName(recordName, zone.zoneName);
    requireWithin(this, this.domainName, zone.zoneName);
    const name = { zone, domainName: this.domainName, healthCheck };
    const source = props.addresses.bindAddresses(this, { ttl, withdrawal: byDns.total, name });
    // Whoever moves an address away from a dead proxy does so before one is stopped.
    if (source.failoverBudget === undefined) healthCheck._warnOfDrain(this);
    const { keptRecords } = source;
    // Whoever has a bound of its own judges the addresses itself.
    const keptBudget = keptRecords && source.failoverBudget;
    if (keptBudget && props.healthCheck) {
      fail(
        this,
        'healthCheck must not be given for private proxies, which Route 53 cannot reach and functions of the fleet probe: leave it out',
      );
    }
    if (keptRecords) {
      validatePort(this, healthCheck._port, source.ports);
      const kept = { zone, domainName: this.domainName, ttl, ...keptRecords };
      this._kept = kept;
      this.node.addValidation({ validate: () => findMisfitsOfKept(this, kept, this.othersKept) });
    } else {
      publishAddresses(this, source, {
        zone,
        recordName,
        ttl,
        healthCheck,
        routing: AddressRouting.MULTIVALUE,
        recordTypes: ADDRESS_RECORD_TYPES,
      });
    }
    this.node.addValidation({ validate: () => findMisfits(this) });
    const moving = source.addresses.length === 1 ? source.failoverBudget : undefined;
    this.failoverBudget = keptBudget ?? moving ?? byDns;
    this.failoverBudget._publish(this, 'Longest outage of a client that uses the name');
    this.failoverBudget._warnAbove(this, props.maxOutage, keptBudget ? undefined : source.failoverBudget);
  }

  /** Names of the app whose records other fleets keep. */
  private get othersKept(): ReadonlyMap<string, KeptName> {
    const all = this.node.root.node.findAll();
    const others = all.filter((each): each is MultivalueEndpoint => each instanceof MultivalueEndpoint && each !== this);
    return new Map(others.flatMap(({ node, _kept: kept }) => (kept ? [[node.path, kept] as const] : [])));
  }
}
