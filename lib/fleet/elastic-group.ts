import { type CfnTag, Duration, type ITaggable, Lazy, Stack, TagManager, Tags, TagType } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { type DrainTimes, longestDrainSeconds } from '../host/drain-file';
import { longestLaunchSeconds } from '../host/publish-script';
import { asResource } from '../private/cfn-resource';
import { ELASTIC_TAG } from '../private/contract';
import { PUBLISH_HOOK, PUBLISH_SECONDS } from '../private/pool-contract';
import { fleetNameOf } from '../private/validate';
import { drainHook } from './drain-hook';
import { type InstanceTemplate, makeLaunchTemplate, TRACKED_SECONDS } from './instance-template';
import { IpAddressType } from './ip-address-type';

/** Percent of a group that may be there at most while instances are replaced: a new one before an old one goes. */
export const MAX_HEALTHY_PERCENT = 110;

export interface ElasticGroupProps extends InstanceTemplate {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.ISubnet[];
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly minCapacity: number;
  readonly maxCapacity: number;
  readonly maxInstanceLifetime?: Duration;
  readonly spot?: boolean;
  readonly ipAddressType: IpAddressType;
  /** Whether an instance has no public IPv4 address. */
  readonly isPrivate: boolean;
  /** Writes the user data; asked for at the end of synth. */
  readonly userData: (groupLogicalId: string) => string;
  /** How long a proxy serves when it goes; asked for at the end of synth. */
  readonly drainTimes: () => DrainTimes;
}

/**
 * The one group of an elastic fleet.
 *
 * Both hooks are in its own specification, so that the first instances wait, too. Whatever replaces an instance, a new one is in service
 * before the old one goes. It counts as warm when the one before it has been drained: addresses come back at the pace at which they are needed,
 * and an old one goes only when names answer with the new one.
 */
export class ElasticGroup extends Construct {
  public readonly launchTemplate: ec2.LaunchTemplate;
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;

  constructor(scope: Construct, id: string, props: ElasticGroupProps) {
    super(scope, id);
    this.launchTemplate = this.makeLaunchTemplate(props);
    this.autoScalingGroup = this.makeGroup(props);
    // The launch template names its instances and disks after itself unless told louder.
    Tags.of(this).add('Name', scope.node.path, { priority: 300 });
    Tags.of(this).add(ELASTIC_TAG, fleetNameOf(scope));
  }

  private makeLaunchTemplate(props: ElasticGroupProps): ec2.LaunchTemplate {
    const [first, ...others] = props.securityGroups;
    const launchTemplate = makeLaunchTemplate(this, props, {
      // By it an instance in a public subnet gets out, until it has one of a pool, if it is to have one.
      associatePublicIpAddress: !props.isPrivate,
      securityGroup: first,
      ...(props.spot && { spotOptions: { requestType: ec2.SpotRequestType.ONE_TIME } }),
      userData: ec2.UserData.custom(Lazy.string({ produce: () => props.userData(this.groupLogicalId) })),
    });
    for (const group of others) launchTemplate.addSecurityGroup(group);
    const resource = launchTemplate.node.defaultChild as ec2.CfnLaunchTemplate;
    // Only connections of clients who are not everybody are tracked at all. Dead ones would fill the table for five days on older types.
    resource.addPropertyOverride('LaunchTemplateData.NetworkInterfaces.0.ConnectionTrackingSpecification', {
      TcpEstablishedTimeout: TRACKED_SECONDS,
    });
    if (props.ipAddressType === IpAddressType.DUAL_STACK)
      resource.addPropertyOverride('LaunchTemplateData.NetworkInterfaces.0.Ipv6AddressCount', 1);
    const { tags } = new InterfaceTags(this, 'Interface');
    resource.addPropertyOverride('LaunchTemplateData.TagSpecifications.2', {
      ResourceType: 'network-interface',
      Tags: Lazy.any({ produce: () => tags.renderTags().map(({ key, value }: CfnTag) => ({ Key: key, Value: value })) }),
    });
    return launchTemplate;
  }

  private makeGroup(props: ElasticGroupProps): autoscaling.AutoScalingGroup {
    const drainSeconds = () => longestDrainSeconds(props.drainTimes());
    const group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc: props.vpc,
      vpcSubnets: { subnets: props.subnets },
      launchTemplate: this.launchTemplate,
      minCapacity: props.minCapacity,
      maxCapacity: props.maxCapacity,
      maxInstanceLifetime: props.maxInstanceLifetime,
      defaultInstanceWarmup: Duration.seconds(Lazy.number({ produce: drainSeconds })),
      // A Spot instance that EC2 may soon take back is replaced before.
      capacityRebalance: props.spot,
      minHealthyPercentage: 100,
      maxHealthyPercentage: MAX_HEALTHY_PERCENT,
      groupMetrics: [autoscaling.GroupMetrics.all()],
      // By the percentages and the warm-up of the group.
      updatePolicy: autoscaling.UpdatePolicy.instanceRefresh({ strategy: autoscaling.InstanceRefreshStrategy.ROLLING }),
    });
    const resource = group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    // Not by way of the L2's signals, which an update would have to wait for, too: a refresh waits for the hook instead.
    resource.cfnOptions.creationPolicy = {
      resourceSignal: { count: props.minCapacity, timeout: Duration.seconds(PUBLISH_SECONDS).toIsoString() },
    };
    resource.lifecycleHookSpecificationList = [
      {
        lifecycleHookName: PUBLISH_HOOK,
        lifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
        defaultResult: 'ABANDON',
        heartbeatTimeout: Lazy.number({ produce: () => longestLaunchSeconds(props.drainTimes()) }),
      },
      drainHook(drainSeconds),
    ];
    group.node.addValidation({ validate: () => reusedInstances(group) });
    for (const { internetConnectivityEstablished } of props.subnets) group.node.addDependency(internetConnectivityEstablished);
    return group;
  }

  private get groupLogicalId(): string {
    return Stack.of(this).getLogicalId(this.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup);
  }
}

/** An instance that goes back to a warm pool would keep its address, which nothing may take away from it. */
function reusedInstances(group: autoscaling.AutoScalingGroup): string[] {
  const pools = group.node.findAll().flatMap((each) => asResource(each, autoscaling.CfnWarmPool) ?? []);
  const reuses = pools.some(({ instanceReusePolicy: policy }) => policy && 'reuseOnScaleIn' in policy && policy.reuseOnScaleIn);
  return reuses
    ? ['a warm pool must not take instances back, got reuseOnScaleIn: they would keep their addresses, leave it out']
    : [];
}

/**
 * What every aspect of the app tags the instances' interfaces with: by them the function knows which are the fleet's, and the L2 tags instances
 * and disks only.
 */
class InterfaceTags extends Construct implements ITaggable {
  public readonly tags = new TagManager(TagType.STANDARD, 'AWS::EC2::NetworkInterface');
}
