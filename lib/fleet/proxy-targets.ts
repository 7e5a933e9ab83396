import { Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as servicediscovery from 'aws-cdk-lib/aws-servicediscovery';
import type { Construct } from 'constructs';
import type { TargetSourceConfig } from '../engine/engine-config';
import { fail, isIpv4, requireWhole } from '../private/validate';
import type { TargetHome } from './target-home';
import { TargetRecords } from './target-records';

/** Whatever ends in a number is read as an address, or refused as a bad one. */
const ENDS_IN_NUMBER = /(^|\.)\d+$/;

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** What the records of a Cloud Map service are to an engine. */
const KINDS: Partial<Record<servicediscovery.DnsRecordType, 'name' | 'srv'>> = {
  [servicediscovery.DnsRecordType.A]: 'name',
  [servicediscovery.DnsRecordType.A_AAAA]: 'name',
  [servicediscovery.DnsRecordType.SRV]: 'srv',
};

/** Targets and their weight beside others. */
export interface WeightedTargets {
  /** The targets. */
  readonly targets: ProxyTargets;

  /** Weight of each of these targets, 0 to 256: its share of the traffic is its weight in the sum of all targets' weights. */
  readonly weight: number;
}

/**
 * Where a listener sends its traffic.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * fleet.addListener('Http', { port: 80 })
 *   .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5', '10.0.1.5']), port: 8080 });
 */
export abstract class ProxyTargets {
  /**
   * Targets with fixed IPv4 addresses, which the proxies must be able to reach.
   *
   * @param addresses one address a target; references are welcome, a list whose length is unknown at synth is not
   */
  public static ipAddresses(addresses: string[]): ProxyTargets {
    return new AddressTargets(addresses);
  }

  /**
   * Targets behind a name, looked up with the VPC's resolver all the time: whatever A records it has at the moment (32 at most).
   * While the name cannot be looked up the last known targets stay.
   *
   * @param name fully qualified host name
   */
  public static dnsName(name: string): ProxyTargets {
    return new NameTargets(name);
  }

  /**
   * Targets behind an SRV record, looked up with the VPC's resolver all the time: host and port of each (32 at most), and
   * its weight where `crossZoneEnabled`. While the record cannot be looked up the last known targets stay.
   *
   * @param name fully qualified name of the record, such as '_http._tcp.app.internal.example.com'
   */
  public static srvRecord(name: string): ProxyTargets {
    return new NameTargets(name, 'srv');
  }

  /**
   * Targets that are registered in a Cloud Map service with a DNS namespace: by its A records, or by its SRV records, which bring the
   * port along. Cloud Map answers with eight of them at random; HAProxy gathers 32 over ten minutes, nginx knows those of the last answer.
   *
   * Source: Cloud Map API reference, "DnsConfig".
   *
   * @param service whose routing policy is MULTIVALUE: with WEIGHTED it would answer with one target at a time
   */
  public static cloudMapService(service: servicediscovery.IService): ProxyTargets {
    return new CloudMapTargets(service);
  }

  /**
   * Targets that are the instances of an auto scaling group, in the fleet's own VPC: those in service, 32 at most. A function keeps a record
   * with their private addresses, in a private hosted zone of the fleet's own; it looks whenever the group launches or ends an instance, and
   * every minute. Without an instance in service the last known targets stay; the fleet's `targetAlarms` tell when it fails. Let the proxies in:
   * `group.connections.allowFrom(fleet, ec2.Port.tcp(8080))`, or for a group of another stack `fleet.connections.allowTo(group, …)`. While the
   * control plane of Route 53 is away, targets that come are not found; where that must not be, use `dnsName()`.
   */
  public static autoScalingGroup(group: autoscaling.IAutoScalingGroup): ProxyTargets {
    return new GroupTargets(group);
  }

  /**
   * Targets of several origins side by side, for a new version that gets a small share at first.
   *
   * @param shares origins, each with the weight of every one of its targets
   */
  public static weighted(shares: WeightedTargets[]): ProxyTargets {
    return new SharedTargets(shares);
  }

  protected constructor() {}

  /**
   * Checks the targets for a group and says what they are.
   *
   * @internal
   */
  public abstract _bind(scope: Construct, home: TargetHome): TargetSourceConfig[];
}

class AddressTargets extends ProxyTargets {
  constructor(private readonly addresses: string[]) {
    super();
  }

  public _bind(scope: Construct): TargetSourceConfig[] {
    if (Token.isUnresolved(this.addresses)) {
      fail(scope, 'ipAddresses must be a list of known length, got a token: use ProxyTargets.dnsName() for targets that change');
    }
    if (this.addresses.length === 0) fail(scope, 'ipAddresses must hold at least 1 address, got 0: name a target');
    const known = this.addresses.filter((address) => !Token.isUnresolved(address));
    const bad = known.find((address) => !isIpv4(address));
    if (bad !== undefined) fail(scope, `a target's address must be IPv4, got '${bad}': use ProxyTargets.dnsName() for a name`);
    const twice = known.find((address, index) => known.indexOf(address) !== index);
    if (twice !== undefined) fail(scope, `a target must be named once, got '${twice}' twice: remove one`);
    return [{ targets: { kind: 'addresses', addresses: [...this.addresses] } }];
  }
}

class NameTargets extends ProxyTargets {
  constructor(
    private readonly name: string,
    private readonly kind: 'name' | 'srv' = 'name',
  ) {
    super();
  }

  public _bind(scope: Construct): TargetSourceConfig[] {
    if (!Token.isUnresolved(this.name) && (!HOST_NAME.test(this.name) || ENDS_IN_NUMBER.test(this.name))) {
      const [factory, what] = this.kind === 'srv' ? ['srvRecord', 'the name of a record'] : ['dnsName', 'a host name'];
      fail(scope, `${factory} must be ${what}, got '${this.name}': use ProxyTargets.ipAddresses() for addresses`);
    }
    return [{ targets: { kind: this.kind, name: this.name } }];
  }
}

class CloudMapTargets extends ProxyTargets {
  constructor(private readonly service: servicediscovery.IService) {
    super();
  }

  public _bind(scope: Construct): TargetSourceConfig[] {
    const { dnsRecordType, namespace, routingPolicy, serviceName } = this.service;
    const kind = KINDS[dnsRecordType];
    if (kind === undefined || namespace.type === servicediscovery.NamespaceType.HTTP) {
      fail(
        scope,
        `a Cloud Map service must have A or SRV records, got ${dnsRecordType}: set its dnsRecordType, in a namespace with DNS`,
      );
    }
    if (routingPolicy === servicediscovery.RoutingPolicy.WEIGHTED) {
      fail(
        scope,
        'a Cloud Map service must have the routing policy MULTIVALUE, got WEIGHTED, which answers with one target at a time: set its routingPolicy',
      );
    }
    return [{ targets: { kind, name: `${serviceName}.${namespace.namespaceName}`, sampled: true } }];
  }
}

class GroupTargets extends ProxyTargets {
  constructor(private readonly group: autoscaling.IAutoScalingGroup) {
    super();
  }

  public _bind(_scope: Construct, home: TargetHome): TargetSourceConfig[] {
    return [{ targets: { kind: 'name', name: TargetRecords.of(home).nameOf(this.group) } }];
  }
}

class SharedTargets extends ProxyTargets {
  constructor(private readonly shares: WeightedTargets[]) {
    super();
  }

  public _bind(scope: Construct, home: TargetHome): TargetSourceConfig[] {
    if (this.shares.length === 0) fail(scope, 'weighted targets must hold at least 1 origin, got 0: name targets');
    return this.shares.flatMap(({ targets, weight }) => {
      requireWhole(scope, 'weight of targets', weight, 0, 256, '0 takes them out');
      const sources = targets._bind(scope, home);
      if (sources.some((source) => source.weight !== undefined))
        fail(scope, 'weighted targets must not be weighted again, got weights within weights: name all origins in one list');
      return sources.map((source) => ({ ...source, weight }));
    });
  }
}
