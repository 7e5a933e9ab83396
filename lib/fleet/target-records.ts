import { CustomResource, Duration, Lazy, Names, Stack } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { functionWatches, makeAlarms } from '../ops/watch';
import { SWEEP_SECONDS } from '../private/contract';
import { RuntimeFunction } from '../private/runtime-function';
import {
  TARGETS_ENV,
  TARGETS_EVENT_AGE_SECONDS,
  TARGETS_PREFIX,
  TARGETS_RESOURCE_TYPE,
  TARGETS_TIMEOUT_SECONDS,
  type TargetsTopology,
} from '../private/targets-contract';
import { fail } from '../private/validate';
import type { TargetHome } from './target-home';

/** As many groups as fit into what a function can be told. Source: Lambda developer guide, "Environment variables": 4 KB. */
const MOST_GROUPS = 15;

/** What happens to a group's instances. */
const EVENTS = ['EC2 Instance Launch Successful', 'EC2 Instance Terminate Successful', 'EC2 Instance-terminate Lifecycle Action'];

/**
 * The records of targets that are auto scaling groups: a private hosted zone of the fleet's own, and a function that keeps a record for each
 * group.
 *
 * A custom resource stands for all records: it makes them at deploy, and takes them away before the zone goes; that of a group which is no
 * target any more goes once the proxies are replaced. The rules come after it, so that they go first, and nothing makes a record again.
 */
export class TargetRecords extends Construct {
  /** The fleet's own; made with its first group. */
  public static of(home: TargetHome): TargetRecords {
    return TargetRecords.find(home.fleet) ?? new TargetRecords(home.fleet, 'TargetRecords', home);
  }

  /** The fleet's own, if it has targets that are groups. */
  public static find(fleet: Construct): TargetRecords | undefined {
    return fleet.node.tryFindChild('TargetRecords') as TargetRecords | undefined;
  }

  /** What somebody must hear of; they have no actions of their own. */
  public readonly alarms: cloudwatch.Alarm[];
  private readonly zone: route53.PrivateHostedZone;
  private readonly changes: events.Rule;
  private readonly groups: { readonly group: autoscaling.IAutoScalingGroup; readonly recordName: string }[] = [];

  private constructor(scope: Construct, id: string, { vpc, logRetention }: TargetHome) {
    super(scope, id);
    this.zone = new route53.PrivateHostedZone(this, 'Zone', {
      // Unlike that of every other fleet, in whatever stack: several may share a VPC.
      zoneName: `${Names.uniqueResourceName(scope, { maxLength: 40, separator: '-' })}.proxy-fleet.internal`.toLowerCase(),
      vpc,
      comment: `Targets of ${scope.node.path}`,
    });
    const keeper = new RuntimeFunction(this, 'Function', {
      handler: 'target-records',
      description: `Keeps the records of targets of ${scope.node.path}`,
      timeout: Duration.seconds(TARGETS_TIMEOUT_SECONDS),
      logRetention,
      environment: { [TARGETS_ENV]: Lazy.string({ produce: () => Stack.of(this).toJsonString(this.topology()) }) },
    }).function;
    keeper.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.seconds(TARGETS_EVENT_AGE_SECONDS) });
    const resource = new CustomResource(this, 'Records', {
      serviceToken: keeper.functionArn,
      serviceTimeout: Duration.seconds(TARGETS_TIMEOUT_SECONDS),
      resourceType: TARGETS_RESOURCE_TYPE,
      properties: { Groups: Lazy.any({ produce: () => this.topology().groups }) },
    });
    for (const grant of this.allow(keeper)) grant.applyBefore(resource);
    const target = new targets.LambdaFunction(keeper, {
      retryAttempts: 0,
      maxEventAge: Duration.seconds(TARGETS_EVENT_AGE_SECONDS),
    });
    this.changes = new events.Rule(this, 'Changes', {
      description: `An instance of a target of ${scope.node.path} came or went`,
      eventPattern: { source: ['aws.autoscaling'], detailType: EVENTS },
      targets: [target],
    });
    const sweep = new events.Rule(this, 'Sweep', {
      description: `Looks after the records of targets of ${scope.node.path}`,
      schedule: events.Schedule.rate(Duration.seconds(SWEEP_SECONDS)),
      targets: [target],
    });
    for (const rule of [this.changes, sweep]) rule.node.addDependency(resource);
    this.alarms = makeAlarms(
      new Construct(this, 'Alarms'),
      functionWatches(keeper, {
        errors: 'New targets get no traffic',
        silence: 'Nobody has looked after the records of targets',
      }),
    );
  }

  /** The name that leads to a group's instances. */
  public nameOf(group: autoscaling.IAutoScalingGroup): string {
    const known = this.groups.find((each) => each.group.node.path === group.node.path);
    if (known) return known.recordName;
    if (this.groups.length === MOST_GROUPS) {
      fail(
        this.node.scope ?? this,
        `a fleet has at most ${MOST_GROUPS} auto scaling groups as targets, got one more: spread them over several fleets`,
      );
    }
    const label = Names.uniqueResourceName(group, { maxLength: 40, separator: '-' }).toLowerCase();
    const recordName = `${TARGETS_PREFIX}${label}.${this.zone.zoneName}`;
    this.groups.push({ group, recordName });
    this.changes.addEventPattern({ detail: { AutoScalingGroupName: [group.autoScalingGroupName] } });
    return recordName;
  }

  private topology(): TargetsTopology {
    return {
      hostedZoneId: this.zone.hostedZoneId,
      groups: this.groups.map(({ group, recordName }) => ({ groupName: group.autoScalingGroupName, recordName })),
    };
  }

  private allow(keeper: lambda.Function): iam.Grant[] {
    const look = iam.Grant.addToPrincipal({
      grantee: keeper,
      actions: ['autoscaling:DescribeAutoScalingGroups', 'ec2:DescribeInstances'],
      // Describe actions know no resources (service authorization reference).
      resourceArns: ['*'],
    });
    const list = iam.Grant.addToPrincipal({
      grantee: keeper,
      actions: ['route53:ListResourceRecordSets'],
      resourceArns: [this.zone.hostedZoneArn],
    });
    const change = iam.Grant.addToPrincipal({
      grantee: keeper,
      actions: ['route53:ChangeResourceRecordSets'],
      resourceArns: [this.zone.hostedZoneArn],
      conditions: {
        'ForAllValues:StringEquals': {
          // The zone's SOA is changed once, in place.
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'SOA'],
          'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE', 'UPSERT'],
        },
      },
    });
    return [look, list, change];
  }
}
