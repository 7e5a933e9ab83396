import { CustomResource, Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { makeObservers, type Observers } from '../fleet/observers';
import type { ProxyFleet } from '../fleet/proxy-fleet';
import { TakeoverAlarms } from '../ops/takeover-alarms';
import { SWEEP_SECONDS } from '../private/contract';
import { warnUnlessGranted } from '../private/granted';
import { RuntimeFunction } from '../private/runtime-function';
import {
  ENV,
  type FleetTopology,
  type RuntimeRole,
  TAKEOVER_TIMEOUT_SECONDS,
  VIRTUAL_IP_RESOURCE_TYPE,
  type VirtualIpProperties,
} from '../private/takeover-contract';
import { fail, fleetNameOf, pathInStack } from '../private/validate';
import { advertMsOf } from './advert-interval';
import { grantEvents, grantLook, grantMove } from './takeover-permissions';
import type { VirtualIp } from './virtual-ip';

/** Seconds in which Lambda ends any run: the lifecycle function waits for caches to forget an address. */
const LIFECYCLE_TIMEOUT = Duration.minutes(15);

const DEFAULT_ADVERT_MS = 200;

/** Longest references, in letters. */
const LONGEST: Readonly<Record<string, number>> = { zone: 20, interfaceId: 21, allocationId: 26 };
/** Source: Lambda API reference, "FunctionName". */
const LONGEST_NAME = 64;
/** What Lambda takes of environment variables, less the others. Source: Lambda developer guide, "Environment variables": 4 KB in all. */
const MOST_TOLD_BYTES = 3800;

/**
 * Everything that keeps the virtual IPs of one fleet on healthy slots: the table with epoch and plan, a probe function for each zone,
 * the takeover function with its hints and alarms, and the lifecycle function that primes an address at deploy and lets it go at
 * delete.
 */
export class Takeover extends Construct {
  /** The fleet's own; made with its first virtual IP. */
  public static of(fleet: ProxyFleet): Takeover {
    const own = fleet.node.tryFindChild('Takeover');
    return own instanceof Takeover ? own : new Takeover(fleet, 'Takeover', fleet);
  }

  /** The fleet's name in metrics, events and the command line: unique in an account and Region. */
  public readonly fleetName: string;
  public readonly alarms: TakeoverAlarms;
  private readonly virtualIps: VirtualIp[] = [];
  private advertMs?: number;
  private readonly observers: Observers;
  private readonly takeover: lambda.Function;
  private readonly lifecycle: lambda.Function;

  private constructor(
    scope: Construct,
    id: string,
    private readonly fleet: ProxyFleet,
  ) {
    super(scope, id);
    this.fleetName = fleetNameOf(fleet);
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      // A lost table loses operators' orders, the history of moves and tombstones; the next run looks for itself.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { vpc, healthSecurityGroup, logRetention } = fleet._core;
    this.observers = makeObservers(this, fleet, { vpc, subnets: fleet._subnets, healthSecurityGroup }, logRetention);
    const environment = (role: RuntimeRole) => ({
      [ENV.role]: role,
      [ENV.topology]: Lazy.string({ produce: () => Stack.of(this).toJsonString(this.topology()) }),
      [ENV.table]: table.tableName,
    });
    this.takeover = new RuntimeFunction(this, 'Function', {
      handler: 'takeover',
      description: `Keeps the virtual IPs of ${fleet.node.path} on healthy slots`,
      timeout: Duration.seconds(TAKEOVER_TIMEOUT_SECONDS),
      logRetention,
      environment: environment('takeover'),
    }).function;
    this.takeover.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    this.lifecycle = new RuntimeFunction(this, 'Lifecycle', {
      handler: 'lifecycle',
      description: `Primes and lets go the virtual IPs of ${fleet.node.path}`,
      timeout: LIFECYCLE_TIMEOUT,
      logRetention,
      environment: environment('lifecycle'),
    }).function;
    for (const runner of [this.takeover, this.lifecycle]) {
      table.grant(runner, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
      for (const probe of this.observers.functions.values()) probe.grantInvoke(runner);
      grantLook(runner);
      grantEvents(Stack.of(this), runner);
    }
    // Any address, but only from this fleet's interfaces: one that leaves the stack leaves this policy before it is let go.
    grantMove(fleet, this.lifecycle, { actions: ['ec2:DisassociateAddress'], allocationId: '*' });
    this.makeHints();
    this.node.addValidation({ validate: () => oversizedTopology(this.topology()) });
    this.alarms = new TakeoverAlarms(this, 'Alarms', { fleetName: this.fleetName, takeover: this.takeover });
  }

  /**
   * Sets how often the proxies send heartbeats, and returns it in milliseconds.
   *
   * @throws when VRRP cannot do it, or when another virtual IP has set something else
   */
  public beatEvery(virtualIp: VirtualIp, heartbeat?: Duration): number {
    const wanted = heartbeat && advertMsOf(virtualIp, heartbeat);
    if (wanted !== undefined && this.advertMs !== undefined && wanted !== this.advertMs) {
      fail(
        virtualIp,
        `heartbeat must be the same for all virtual IPs of a fleet, got ${wanted} ms and ${this.advertMs} ms: choose one`,
      );
    }
    if (this.advertMs === undefined) {
      this.advertMs = wanted ?? DEFAULT_ADVERT_MS;
      this.fleet._sendHeartbeats({ advertMs: this.advertMs, functionName: this.takeover.functionName });
      // A stolen role of a proxy can do no more with it than ask for a look.
      const granted = iam.Grant.addToPrincipal({
        grantee: this.fleet,
        actions: ['lambda:InvokeFunction'],
        resourceArns: [this.takeover.functionArn],
      });
      warnUnlessGranted(this, granted, {
        id: 'cdk-proxy-fleet:hints',
        text: `so proxies tell nobody when one falls silent: allow it to lambda:InvokeFunction of ${this.takeover.functionArn}`,
      });
    }
    return this.advertMs;
  }

  /** Puts a virtual IP under the function's care; the resource is there once a live slot holds the address. */
  public keep(virtualIp: VirtualIp, releaseDelaySeconds: () => number): CustomResource {
    const twin = this.virtualIps.find((other) => other.allocationId === virtualIp.allocationId);
    if (twin)
      fail(virtualIp, `allocationId must be unique, got that of '${twin.node.path}': give each virtual IP an address of its own`);
    this.virtualIps.push(virtualIp);
    const permission = { actions: ['ec2:AssociateAddress'], allocationId: virtualIp.allocationId };
    for (const runner of [this.takeover, this.lifecycle]) grantMove(this.fleet, runner, permission);
    const properties: Omit<VirtualIpProperties, 'ReleaseDelaySeconds'> = {
      Name: pathInStack(virtualIp),
      AllocationId: virtualIp.allocationId,
      Interfaces: this.fleet.slots.map((slot) => slot.networkInterface.ref).join(','),
    };
    const resource = new CustomResource(virtualIp, 'Holder', {
      serviceToken: this.lifecycle.functionArn,
      serviceTimeout: LIFECYCLE_TIMEOUT,
      resourceType: VIRTUAL_IP_RESOURCE_TYPE,
      properties: { ...properties, ReleaseDelaySeconds: Lazy.string({ produce: () => String(releaseDelaySeconds()) }) },
    });
    // It asks the probes at once, so their way to the proxies must be open.
    resource.node.addDependency(this.observers.securityGroup);
    for (const slot of this.fleet.slots) resource.node.addDependency(slot.autoScalingGroup);
    // They come last, when there is something to watch, and go first.
    this.alarms.node.addDependency(resource);
    return resource;
  }

  /** Two of three ways to learn that something changed; heartbeats are the third. All are hints: the function looks for itself. */
  private makeHints(): void {
    const target = new targets.LambdaFunction(this.takeover, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    new events.Rule(this, 'Sweep', {
      description: `Looks after the virtual IPs of ${this.fleet.node.path}`,
      schedule: events.Schedule.rate(Duration.seconds(SWEEP_SECONDS)),
      targets: [target],
    });
    new events.Rule(this, 'SlotEvents', {
      description: `An instance of ${this.fleet.node.path} came or went`,
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: ['EC2 Instance Launch Successful', 'EC2 Instance Terminate Successful'],
        detail: { AutoScalingGroupName: this.fleet.slots.map((slot) => slot.autoScalingGroup.autoScalingGroupName) },
      },
      targets: [target],
    });
  }

  private topology(): FleetTopology {
    return {
      fleet: this.fleetName,
      slots: this.fleet.slots.map(({ slotName, availabilityZone, networkInterface }) => ({
        slot: slotName,
        zone: availabilityZone,
        interfaceId: networkInterface.ref,
      })),
      virtualIps: this.virtualIps.map((virtualIp) => ({
        name: pathInStack(virtualIp),
        allocationId: virtualIp.allocationId,
        home: virtualIp._home,
        ...(virtualIp._preemptAfter && { preemptAfterSeconds: virtualIp._preemptAfter.toSeconds({ integral: false }) }),
      })),
      probes: [...this.observers.functions].map(([zone, probe]) => ({ zone, functionName: probe.functionName })),
    };
  }
}

/** Says so when the functions cannot be told of all; what only a deploy can know counts with the longest that it may become. */
function oversizedTopology(topology: FleetTopology): string[] {
  const told = JSON.stringify(topology, (key, value) => {
    return typeof value === 'string' && Token.isUnresolved(value) ? 'x'.repeat(LONGEST[key] ?? LONGEST_NAME) : value;
  });
  const bytes = Buffer.byteLength(told);
  if (bytes <= MOST_TOLD_BYTES) return [];
  return [
    `slots and virtual IPs of a fleet must be told in ${MOST_TOLD_BYTES} bytes, got ${bytes}: use fewer of them, shorter ids, or several fleets`,
  ];
}
