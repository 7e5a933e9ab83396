import { createHash } from 'node:crypto';
import { Annotations, CustomResource, Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct, DependencyGroup } from 'constructs';
import type { AddressBindOptions, AddressName, AddressSourceConfig } from '../dns/address-source';
import { FailoverBudget } from '../dns/failover-budget';
import { isKnownPublic } from '../dns/zone-kind';
import { PoolAlarms } from '../ops/pool-alarms';
import {
  type NameProperties,
  type PublishedName,
  RECORDS_ENV,
  RECORDS_EVENTS,
  RECORDS_KEY,
  RECORDS_RESOURCE_TYPE,
  RECORDS_TIMEOUT_SECONDS,
  type RecordsTopology,
} from '../private/records-contract';
import { RuntimeFunction } from '../private/runtime-function';
import { fail, fleetNameOf, pathInStack } from '../private/validate';
import { IpAddressType } from './ip-address-type';
import { makeObservers, type Observers } from './observers';
import {
  allowLaunches,
  allowQuestions,
  eventTarget,
  type Publisher,
  type PublisherProps,
  sweep,
  tellPrice,
  warnAboveHealthChecks,
} from './publisher';
import { allowHealthChecks, allowName } from './record-permissions';

/** As many names as fit into what a function can be told. Source: Lambda developer guide, "Environment variables": 4 KB. */
const MOST_NAMES = 12;

/**
 * Records and health checks that follow the instances of an elastic fleet, and the function that keeps them. Private proxies have no health
 * checks: the function asks observers inside the network.
 *
 * A custom resource stands for the records of each name: it makes them when the name is new or changed, and takes them away when it goes. The
 * group waits for all of them, so a stack that goes has no instance any more when they do.
 */
export class InstanceRecords extends Construct implements Publisher {
  public readonly function: lambda.Function;
  public readonly alarms: PoolAlarms;
  public readonly invocation: iam.Grant;
  private readonly families: RecordsTopology['families'];
  /** Who looks at private proxies. */
  private readonly observers?: Observers;
  private readonly names: PublishedName[] = [];
  private readonly resources = new DependencyGroup();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PublisherProps,
  ) {
    super(scope, id);
    const { fleet, tag, network } = props;
    this.families = props.ipAddressType === IpAddressType.DUAL_STACK ? ['A', 'AAAA'] : ['A'];
    if (network.isPrivate) this.observers = makeObservers(this, fleet, network, props.logRetention);
    else warnOfStrangers(fleet);
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: RECORDS_KEY.name, type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // A lost table loses which new proxies are live: they say so again.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.function = new RuntimeFunction(this, 'Function', {
      handler: 'instance-records',
      description: `Keeps the records of the proxies of ${fleet.node.path}`,
      timeout: Duration.seconds(RECORDS_TIMEOUT_SECONDS),
      logRetention: props.logRetention,
      environment: {
        [RECORDS_ENV.topology]: Lazy.string({ produce: () => Stack.of(this).toJsonString(this.topology()) }),
        [RECORDS_ENV.table]: table.tableName,
      },
    }).function;
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    table.grant(this.function, 'dynamodb:UpdateItem');
    allowLaunches(this.function, tag, ['ec2:DescribeInstances']);
    allowHealthChecks(this.function, { create: !this.observers });
    for (const observer of this.observers?.functions.values() ?? []) observer.grantInvoke(this.function);
    this.invocation = allowQuestions(this, fleet, this.function);
    this.after(sweep(this, this.function, `Looks after the records of the proxies of ${fleet.node.path}`));
    this.alarms = new PoolAlarms(this, 'Alarms', {
      fleetName: fleetNameOf(fleet),
      function: this.function,
      waiting: this.observers
        ? 'read the log of the function, which tells whom observers find dead or not ready, and what Route 53 refuses'
        : 'read the log of the function, which tells what Route 53 refuses',
    });
  }

  public bind(scope: Construct, { ttl, name }: AddressBindOptions): AddressSourceConfig {
    if (name === undefined) {
      fail(
        scope,
        'a FailoverEndpoint needs addresses that are known at deploy, got those of instances that come and go: use ' +
          'ElasticAddressing.elasticIpPool()',
      );
    }
    const { mostInstances, fleet } = this.props;
    const published: PublishedName = {
      hostedZoneId: name.zone.hostedZoneId,
      recordName: Token.isUnresolved(name.domainName) ? name.domainName : name.domainName.toLowerCase(),
      ttl: ttl.toSeconds(),
      ...(!this.observers && { check: name.healthCheck._settings }),
    };
    if (this.observers) warnOfPublicZone(scope, name);
    if (this.names.some((each) => each.recordName === published.recordName && each.hostedZoneId === published.hostedZoneId)) {
      fail(scope, `a name of a fleet must be unique, got '${published.recordName}' twice: publish it once`);
    }
    if (this.names.length === MOST_NAMES) {
      fail(
        scope,
        `a fleet with instanceAddresses() has at most ${MOST_NAMES} names, got one more: spread them over several fleets`,
      );
    }
    this.names.push(published);
    if (!this.observers) {
      warnAboveHealthChecks(fleet, this.names.length * this.families.length * mostInstances);
      tellPrice(scope, this.families.length * mostInstances, name);
    }
    const properties: NameProperties = {
      HostedZoneId: published.hostedZoneId,
      RecordName: published.recordName,
      Settings: Stack.of(this).toJsonString({ ...published, families: this.families, endpoint: scope.node.path }),
    };
    // Called by the name, whatever the endpoint is called: a name that goes takes its records along, and no other does.
    const { hostedZoneId, recordName } = published;
    const place = new Construct(this, fingerprint(Stack.of(this).resolve([hostedZoneId, recordName])));
    const resource = new CustomResource(place, 'Name', {
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.seconds(RECORDS_TIMEOUT_SECONDS),
      resourceType: RECORDS_RESOURCE_TYPE,
      properties: { ...properties },
    });
    resource.node.addDependency(this.function, allowName(place, this.function, { zone: name.zone, recordName }));
    this.resources.add(resource);
    return {
      addresses: [],
      keptRecords: { recordTypes: this.families.map((family) => route53.RecordType[family]), most: mostInstances },
      ...(this.observers && { failoverBudget: FailoverBudget._forPrivateRecords(ttl) }),
    };
  }

  /** Outside of all that the group waits for. */
  public follow(group: autoscaling.IAutoScalingGroup): void {
    const place = new Construct(this.props.fleet, 'RecordEvents');
    const targets = [eventTarget(this.function)];
    const changes = new events.Rule(place, 'Changes', {
      description: `A proxy of ${this.props.fleet.node.path} came or went`,
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: [...RECORDS_EVENTS.group],
        detail: { AutoScalingGroupName: [group.autoScalingGroupName] },
      },
      targets,
    });
    this.after(changes);
    if (!this.props.spot) return;
    const interruptions = new events.Rule(place, 'Interruptions', {
      description: `EC2 takes back a Spot instance, perhaps one of ${this.props.fleet.node.path}`,
      eventPattern: { source: ['aws.ec2'], detailType: [RECORDS_EVENTS.spot] },
      targets,
    });
    this.after(interruptions);
  }

  /** A rule goes before the records do, so that nothing makes one again. */
  private after(rule: events.Rule): void {
    rule.node.addDependency(this.resources);
  }

  private topology(): RecordsTopology {
    const { fleet, tag } = this.props;
    return {
      fleet: fleetNameOf(fleet),
      tag,
      owner: `${Stack.of(this).stackId} ${pathInStack(fleet)}`,
      families: this.families,
      probes: [...(this.observers?.functions ?? [])].map(([zone, { functionName }]) => ({ zone, functionName })),
      names: this.names,
    };
  }
}

function warnOfStrangers(fleet: Construct): void {
  Annotations.of(fleet).addWarningV2(
    'cdk-proxy-fleet:instanceAddresses',
    'a public IPv4 address goes back to AWS when its instance dies, while caches still name it, so clients may reach a stranger; and no ' +
      "new proxy serves while Route 53's API is away: use ElasticAddressing.elasticIpPool() where that matters",
  );
}

/** Nobody outside reaches private addresses. */
function warnOfPublicZone(scope: Construct, { zone }: AddressName): void {
  if (!isKnownPublic(zone)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-proxy-fleet:privateAddress',
    `${zone.zoneName} is public, and the proxies are reached from inside their own network only: use a private zone`,
  );
}

/** Unlike that of every other name of the fleet. */
function fingerprint(name: unknown): string {
  return createHash('sha256').update(JSON.stringify(name)).digest('hex').slice(0, 12);
}
