import { Duration, Lazy, type RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { SLOT_TAG } from '../private/contract';
import { pathInStack } from '../private/validate';
import { drainHook } from './drain-hook';
import { type InstanceTemplate, makeLaunchTemplate, TRACKED_SECONDS } from './instance-template';
import { IpAddressType } from './ip-address-type';
import type { ISlot } from './slot';

/** What all slots of a fleet share. */
export interface SlotTemplate extends InstanceTemplate {
  readonly fleet: Construct;
  readonly vpc: ec2.IVpc;
  readonly securityGroups: ec2.ISecurityGroup[];
  readonly ipAddressType: IpAddressType;
  readonly removalPolicy?: RemovalPolicy;
  /** Number of virtual IPs, and with it of secondary private addresses; asked for at the end of synth. */
  readonly virtualIps: () => number;
  /** Writes the user data of a slot and its group; asked for at the end of synth. */
  readonly userData: (slot: string, groupLogicalId: string) => string;
  /** For how long CloudFormation waits for the signal of a new instance. */
  readonly signalTimeout: Duration;
  /** How long a drain takes at most; asked for at the end of synth. */
  readonly drainSeconds: () => number;
}

/**
 * One slot.
 *
 * The interface outlives every instance, and with it all addresses. It fits one instance only, so the old one must be gone before the
 * new one starts: the group replaces with nobody in service, and a launch that comes too early is repeated by the group.
 */
export class SlotResources extends Construct implements ISlot {
  public readonly slotName: string;
  public readonly availabilityZone: string;
  public readonly ipAddress: string;
  public readonly ipv6Address?: string;
  public readonly networkInterface: ec2.CfnNetworkInterface;
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  public readonly launchTemplate: ec2.LaunchTemplate;

  /** Elastic IP of the slot's own. */
  public readonly elasticIp: ec2.CfnEIP;
  private readonly association: ec2.CfnEIPAssociation;

  constructor(scope: Construct, id: string, subnet: ec2.ISubnet, template: SlotTemplate) {
    super(scope, id);
    this.slotName = id;
    this.availabilityZone = subnet.availabilityZone;
    const name = this.node.path;
    const dualStack = template.ipAddressType === IpAddressType.DUAL_STACK;

    this.networkInterface = new ec2.CfnNetworkInterface(this, 'Interface', {
      description: `Proxy ${name}`,
      subnetId: subnet.subnetId,
      groupSet: template.securityGroups.map((group) => group.securityGroupId),
      // Only connections of clients who are not everybody are tracked at all. Dead ones would fill the table for five days on older types.
      connectionTrackingSpecification: { tcpEstablishedTimeout: TRACKED_SECONDS },
      secondaryPrivateIpAddressCount: Lazy.number({ produce: () => template.virtualIps() || undefined }),
      // EC2 chooses the address. Only a primary one is an attribute of the resource, and it cannot be taken off the interface.
      ...(dualStack && { ipv6AddressCount: 1, enablePrimaryIpv6: true }),
    });
    this.ipv6Address = dualStack ? this.networkInterface.attrPrimaryIpv6Address : undefined;
    this.elasticIp = new ec2.CfnEIP(this, 'Address', { domain: 'vpc' });
    if (template.removalPolicy) this.elasticIp.applyRemovalPolicy(template.removalPolicy);
    this.ipAddress = this.elasticIp.ref;
    this.association = new ec2.CfnEIPAssociation(this, 'Association', {
      allocationId: this.elasticIp.attrAllocationId,
      networkInterfaceId: this.networkInterface.ref,
    });
    this.association.node.addDependency(subnet.internetConnectivityEstablished);

    this.launchTemplate = this.makeLaunchTemplate(template);
    this.autoScalingGroup = this.makeGroup(subnet, template);
    // The launch template names its instances and disks after itself unless told louder.
    Tags.of(this).add('Name', name, { priority: 300 });
    Tags.of(this).add(SLOT_TAG, `${Stack.of(this).stackName}/${pathInStack(template.fleet)}/${id}`);
  }

  /**
   * Puts the slot's changes in order: after all interfaces of the fleet, so that even a change that replaces them all passes from
   * slot to slot, and after the group of the slot before it, which has then said that its proxy is live.
   */
  public changeAfter(interfaces: ec2.CfnNetworkInterface[], previous?: SlotResources): void {
    for (const each of interfaces) {
      // Its own is named by reference.
      if (each !== this.networkInterface) this.association.addResourceDependency(each);
    }
    if (previous) this.association.node.addDependency(previous.autoScalingGroup);
  }

  private makeLaunchTemplate(template: SlotTemplate): ec2.LaunchTemplate {
    const launchTemplate = makeLaunchTemplate(this, template, {
      userData: ec2.UserData.custom(Lazy.string({ produce: () => template.userData(this.slotName, this.groupLogicalId) })),
    });
    // The L2 cannot name an existing interface. Security groups belong to the interface: EC2 refuses them beside it.
    (launchTemplate.node.defaultChild as ec2.CfnLaunchTemplate).addPropertyOverride('LaunchTemplateData.NetworkInterfaces', [
      { DeviceIndex: 0, NetworkInterfaceId: this.networkInterface.ref },
    ]);
    return launchTemplate;
  }

  private makeGroup(subnet: ec2.ISubnet, template: SlotTemplate): autoscaling.AutoScalingGroup {
    const group = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc: template.vpc,
      vpcSubnets: { subnets: [subnet] },
      launchTemplate: this.launchTemplate,
      minCapacity: 1,
      maxCapacity: 1,
      minHealthyPercentage: 0,
      maxHealthyPercentage: 100,
      groupMetrics: [autoscaling.GroupMetrics.all()],
      signals: autoscaling.Signals.waitForCount(1, { timeout: template.signalTimeout }),
      updatePolicy: autoscaling.UpdatePolicy.rollingUpdate({ minInstancesInService: 0, maxBatchSize: 1 }),
    });
    // A group whose launch template names an interface is pinned by zone, not by subnet (EC2 Auto Scaling user guide).
    const resource = group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    resource.addPropertyDeletionOverride('VPCZoneIdentifier');
    resource.addPropertyOverride('AvailabilityZones', [subnet.availabilityZone]);
    // In the group's own specification, so that no instance comes before it.
    resource.lifecycleHookSpecificationList = [drainHook(template.drainSeconds)];
    // An update waits for the old instance's drain, too.
    const pause = () => template.signalTimeout.plus(Duration.seconds(template.drainSeconds())).toIsoString();
    resource.addOverride('UpdatePolicy.AutoScalingRollingUpdate.PauseTime', Lazy.string({ produce: pause }));
    resource.addResourceDependency(this.association);
    group.node.addDependency(subnet.internetConnectivityEstablished);
    return group;
  }

  private get groupLogicalId(): string {
    return Stack.of(this).getLogicalId(this.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup);
  }
}
