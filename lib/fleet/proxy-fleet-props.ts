import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IAddressSource } from '../dns/address-source';
import type { ProxyEngine } from '../engine/proxy-engine';
import type { IpAddressType } from './ip-address-type';

/** A fleet of proxies, ours or somebody else's. */
export interface IProxyFleet extends IAddressSource {}

/** What is known of a fleet that lives elsewhere. */
export interface ProxyFleetAttributes {
  /** Public IPv4 addresses of its proxies, one record each. */
  readonly ipAddresses: string[];

  /**
   * Public IPv6 addresses of its proxies, one for each of `ipAddresses` in the same order.
   *
   * @default - the fleet is not published over IPv6
   */
  readonly ipv6Addresses?: string[];
}

/** What every kind of fleet can be told. */
export interface ProxyFleetBaseProps {
  /** The network. It needs subnets in two availability zones at least: public ones, but for private elastic fleets. */
  readonly vpc: ec2.IVpc;

  /**
   * The public subnets for the proxies, in two availability zones at least. An elastic fleet with `ElasticAddressing.instanceAddresses()` may
   * have private subnets with egress in their place: names then lead to private addresses.
   *
   * @default - the public subnets of the VPC
   */
  readonly vpcSubnets?: ec2.SubnetSelection;

  /**
   * What happens to the fleet's Elastic IPs when they leave the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The address families in which clients reach the fleet. A change replaces the instances; in a fixed fleet slot by slot,
   * and their interfaces, too.
   *
   * @default IpAddressType.IPV4
   */
  readonly ipAddressType?: IpAddressType;

  /**
   * The program that moves the traffic.
   *
   * @default ProxyEngine.haproxy()
   */
  readonly engine?: ProxyEngine;

  /**
   * Type of the instances. It limits how many virtual IPs a fleet can have: the private addresses that an interface can carry.
   *
   * @default - t4g.small, with 4 addresses on an interface
   */
  readonly instanceType?: ec2.InstanceType;

  /**
   * Image of the instances: Amazon Linux 2023 or one made from it. The disk is as large as its snapshot.
   *
   * @default - the newest Amazon Linux 2023 for the instance type's processor; a newer one rolls the fleet on the next deploy
   */
  readonly machineImage?: ec2.IMachineImage;

  /**
   * Commands that every instance runs as root at its first start: after the packages are installed and the files are written, before the
   * configuration is checked and the proxy starts. They are part of a shell script that ends with the first command that fails; the deploy
   * fails with it.
   *
   * @default - the proxy's own steps only
   */
  readonly bootCommands?: string[];

  /**
   * Whether every instance sends, by CloudWatch's agent, what EC2's own metrics do not tell: memory and disk in use, connections, and how often
   * the network's limits of bandwidth, packets and tracked connections dropped something. They come in the namespace `ProxyFleet` with the
   * dimension `Fleet`, and for each instance with `InstanceId` besides: 8 custom metrics for each instance and 8 for the fleet, which
   * CloudWatch charges for.
   *
   * @default false
   */
  readonly cloudWatchAgent?: boolean;

  /**
   * Role of the instances. One that cannot be changed here must itself allow what the fleet would add, among it
   * `autoscaling:CompleteLifecycleAction` and `cloudformation:DescribeStackResource`: without them a group waits for the whole of a
   * drain's time, whenever an instance goes.
   *
   * @default - a role that may only be reached through Systems Manager
   */
  readonly role?: iam.IRole;

  /**
   * Security groups for the traffic; listeners are opened in them. The health port always has one of its own.
   *
   * @default - a new group that lets everything out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Who may ask for the health of a proxy on port 8404. The answer costs next to nothing and tells nothing else. To narrow it down to
   * Route 53, name its managed prefix list `com.amazonaws.<region>.route53-healthchecks` with `ec2.Peer.prefixList()`, and for a
   * dual-stack fleet `com.amazonaws.<region>.ipv6.route53-healthchecks` beside it.
   *
   * @default - everybody, in every family that the fleet speaks; of a private fleet nobody but its own observers
   */
  readonly healthCheckPeers?: ec2.IPeer[];

  /**
   * For how long a proxy that goes on purpose serves on once its ready path fails, 40 minutes at most. Give it when something outside
   * this app leads clients to the fleet. A change replaces the instances, one after the other.
   *
   * @default - detection, propagation and TTL of the slowest endpoint in this app that leads to the fleet; no time without one
   */
  readonly drainTime?: Duration;

  /**
   * Key for the instances' disks, which are always encrypted. Its policy lets EC2 Auto Scaling use it; that of an imported key must do so by
   * itself.
   *
   * @default - the account's key for EBS
   */
  readonly ebsEncryptionKey?: kms.IKey;

  /**
   * For how long the logs of the fleet's functions are kept. A fixed fleet has none without virtual IPs and targets that are
   * auto scaling groups.
   *
   * @default logs.RetentionDays.ONE_MONTH
   */
  readonly logRetention?: logs.RetentionDays;
}

/** Properties of a ProxyFleet. */
export interface ProxyFleetProps extends ProxyFleetBaseProps {
  /**
   * Number of proxies, at least 2. What is left when one is gone must carry the whole load. Slots are dealt out to the zones of the
   * subnets in turn.
   *
   * @default - one for each availability zone
   */
  readonly proxies?: number;
}
