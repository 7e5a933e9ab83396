import { type CustomResource, type RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig, IAddressSource } from '../dns/address-source';
import { FailoverBudget } from '../dns/failover-budget';
import { setIdentifierOf } from '../dns/set-identifier';
import type { ProxyFleet } from '../fleet/proxy-fleet';
import { MAX_RELEASE_DELAY_SECONDS } from '../private/contract';
import { fail } from '../private/validate';
import { Takeover } from './takeover';

/** Properties of a VirtualIp. */
export interface VirtualIpProps {
  /** The fleet whose proxies take turns in holding the address. It must be of the same stack. */
  readonly fleet: ProxyFleet;

  /**
   * Allocation of an Elastic IP that exists already. It stays when the stack goes.
   *
   * @default - a new Elastic IP
   */
  readonly allocationId?: string;

  /**
   * What happens to a new Elastic IP when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * One address, many machines: an Elastic IP that the takeover function keeps on a healthy slot.
 *
 * The address sits on a secondary private address, so that every proxy keeps its own way out. A function outside the VPC looks at the
 * slots through one probe function for each zone, every minute and whenever a slot's group launches or ends an instance, and moves
 * the address with a single call. A lease in DynamoDB lets one run act at a time.
 *
 * Gotchas: adding or removing a virtual IP replaces the instances of the fleet, slot by slot, because the host must own every address
 * that may carry one. Established connections break on a move. A takeover needs the control planes of EC2, Lambda and DynamoDB in the Region at
 * that moment: publish the fleet with a `MultivalueEndpoint`, too, if an outage of theirs must not become yours.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * const vip = new VirtualIp(this, 'Vip', { fleet });
 * new CfnOutput(this, 'Address', { value: vip.ipAddress });
 */
export class VirtualIp extends Construct implements IAddressSource {
  /** The public IPv4 address. */
  public readonly ipAddress: string;

  /** Allocation of the Elastic IP. */
  public readonly allocationId: string;

  /** The bound on a client's outage when the holder dies. */
  public readonly failoverBudget: FailoverBudget;

  private readonly fleet: ProxyFleet;
  private readonly holder: CustomResource;
  private readonly ttls: number[] = [];

  constructor(scope: Construct, id: string, props: VirtualIpProps) {
    super(scope, id);
    if (Stack.of(this) !== Stack.of(props.fleet)) {
      fail(this, `fleet must be of the same stack, got '${props.fleet.node.path}': make the virtual IP in the fleet's stack`);
    }
    if (
      props.allocationId !== undefined &&
      !Token.isUnresolved(props.allocationId) &&
      !/^eipalloc-[0-9a-f]+$/.test(props.allocationId)
    ) {
      fail(
        this,
        `allocationId must look like 'eipalloc-0123456789abcdef0', got '${props.allocationId}': copy it from the EC2 console`,
      );
    }
    if (props.allocationId !== undefined && props.removalPolicy !== undefined) {
      fail(this, 'removalPolicy is for a new Elastic IP, got one beside allocationId: remove either');
    }
    this.fleet = props.fleet;
    props.fleet._addVirtualIp(this);

    const elasticIp = props.allocationId === undefined ? this.allocate(props) : undefined;
    this.allocationId = props.allocationId ?? (elasticIp as ec2.CfnEIP).attrAllocationId;
    this.holder = Takeover.of(props.fleet).keep(this, () => Math.max(0, ...this.ttls));
    this.ipAddress = elasticIp?.ref ?? this.holder.getAttString('IpAddress');
    this.failoverBudget = FailoverBudget._forVirtualIp();
  }

  /** Gives an endpoint the address. Its record waits until a proxy holds it, and goes before the address is let go. */
  public bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig {
    const ttl = options.ttl.isUnresolved() ? 60 : options.ttl.toSeconds();
    if (ttl > MAX_RELEASE_DELAY_SECONDS) {
      fail(
        scope,
        `ttl of a virtual IP's record must be at most ${MAX_RELEASE_DELAY_SECONDS} s, for which a delete can wait, got ${ttl}: use Duration.seconds(60)`,
      );
    }
    this.ttls.push(ttl);
    return {
      addresses: [
        {
          name: `${this.fleet.node.id}-${this.node.id}`,
          setIdentifier: setIdentifierOf(this),
          ipAddress: this.ipAddress,
          ready: this.holder,
        },
      ],
      ports: this.fleet._ports,
    };
  }

  private allocate(props: VirtualIpProps): ec2.CfnEIP {
    const elasticIp = new ec2.CfnEIP(this, 'Address', { domain: 'vpc' });
    if (props.removalPolicy) elasticIp.applyRemovalPolicy(props.removalPolicy);
    Tags.of(elasticIp).add('Name', this.node.path);
    return elasticIp;
  }
}
