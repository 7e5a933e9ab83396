import { Lazy, Names, Stack, Tags } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { ProxyEngine } from '../engine/proxy-engine';
import type { CertificateOptions } from '../host/certificates-file';
import { uploadPrograms } from '../host/program-asset';
import { HEALTH_PORT } from '../private/contract';
import { fail, pathInStack, requireWhole } from '../private/validate';
import { requireCommands } from './boot-commands';
import { grantDrain } from './drain-permissions';
import { DrainPlan } from './drain-plan';
import { FleetCertificates } from './fleet-certificates';
import type { FleetScope } from './fleet-scope';
import { letGroupsEncrypt } from './instance-template';
import { IpAddressType } from './ip-address-type';
import { Listener } from './listener';
import type { ListenerOptions } from './listener-options';
import type { ProxyFleetBaseProps } from './proxy-fleet-props';
import { allowMetrics, allowReport, makeProxyRole, roleIn } from './proxy-role';
import { makeHealthSecurityGroup, makeTrafficSecurityGroup, openListener, warnWhenTracked } from './security-groups';

/** What every kind of fleet is made of besides its instances: who may reach them, what they may do, and what they listen to. */
export class FleetCore {
  public readonly engine: ProxyEngine;
  public readonly ipAddressType: IpAddressType;
  public readonly vpc: ec2.IVpc;
  public readonly logRetention?: logs.RetentionDays;
  public readonly instanceType: ec2.InstanceType;
  public readonly bootCommands?: string[];
  public readonly cloudWatchAgent: boolean;
  public readonly drain: DrainPlan;
  public readonly connections: ec2.Connections;
  public readonly securityGroups: ec2.ISecurityGroup[];
  public readonly healthSecurityGroup: ec2.SecurityGroup;
  public readonly role: iam.IRole;
  /** Where the programs for instances are. */
  public readonly programs: string;
  /** Tells everything of the fleet apart from everything else of the account. */
  public readonly tag: { readonly key: string; readonly value: string };
  public readonly listeners: Listener[] = [];

  constructor(
    public readonly scope: FleetScope,
    props: ProxyFleetBaseProps,
    /** The groups of its instances, once they are there. */
    private readonly groups: () => IConstruct[],
  ) {
    this.vpc = props.vpc;
    this.logRetention = props.logRetention;
    this.engine = props.engine ?? ProxyEngine.haproxy();
    this.engine._validate(scope);
    requireCommands(scope, props.bootCommands);
    this.bootCommands = props.bootCommands;
    this.cloudWatchAgent = props.cloudWatchAgent ?? false;
    this.ipAddressType = props.ipAddressType ?? IpAddressType.IPV4;
    this.instanceType = props.instanceType ?? ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL);
    this.drain = new DrainPlan(scope, props.drainTime);
    if (props.securityGroups?.length === 0)
      fail(scope, 'securityGroups must hold at least 1 group, got 0: leave it out for a new one');
    const traffic = props.securityGroups ?? [makeTrafficSecurityGroup(scope, props.vpc, this.ipAddressType)];
    warnWhenTracked(scope, traffic, this.ipAddressType);
    this.connections = new ec2.Connections({ securityGroups: traffic });
    this.healthSecurityGroup = makeHealthSecurityGroup(scope, props, this.ipAddressType);
    this.securityGroups = [...traffic, this.healthSecurityGroup];
    if (props.ebsEncryptionKey) letGroupsEncrypt(scope, props.ebsEncryptionKey);
    this.role = props.role ? roleIn(scope, props.role) : makeProxyRole(scope);
    if (this.cloudWatchAgent) {
      requirePlainName(scope);
      allowMetrics(scope, this.role, {
        id: 'cdk-proxy-fleet:cloudWatchAgent',
        text: "so CloudWatch's agent cannot send: allow it to",
      });
    }
    this.programs = uploadPrograms(scope, this.role);
    this.tag = {
      key: 'proxy-fleet',
      value: `${Stack.of(scope).stackName}/${Names.uniqueResourceName(scope, { maxLength: 120 })}`,
    };
    scope.node.addValidation({
      validate: () => (this.listeners.length > 0 ? [] : ['a fleet needs a listener, got none: call addListener()']),
    });
    scope.node.addValidation({
      validate: () => this.engine._faults(this.listeners.map((listener) => listener._config())),
    });
  }

  /** Lets the instances do what their drain and their guard need, and marks everything of the fleet. */
  public allowGroups(): void {
    for (const grant of grantDrain(this.scope, this.role, this.tag)) {
      // While a stack is deleted, too, its instances wait for the end of their drain.
      grant.applyBefore(...this.groups());
    }
    Tags.of(this.scope).add(this.tag.key, this.tag.value);
    allowReport(this.scope, this.role, this.tag);
  }

  public addListener(id: string, options: ListenerOptions): Listener {
    const { scope, listeners, connections, ipAddressType } = this;
    requireWhole(scope, 'port of a listener', options.port, 1, 65535, 'give the port that clients connect to');
    if (options.port === HEALTH_PORT)
      fail(scope, `port of a listener must not be the health port ${HEALTH_PORT}: choose another`);
    const taken = listeners.find((listener) => listener.port === options.port);
    if (taken)
      fail(scope, `port of a listener must be unique, got ${options.port} for '${taken.node.id}' and '${id}': choose another`);
    const listener = Listener._make({ fleet: scope, vpc: this.vpc, logRetention: this.logRetention }, id, options);
    listeners.push(listener);
    FleetCertificates.add(scope, options.certificates ?? [], this.groups());
    openListener(listener, { connections, ipAddressType, open: options.open });
    return listener;
  }

  /** Ports on which the proxies answer, known at the end of synth. */
  public get ports(): string[] {
    return Lazy.list({ produce: () => [HEALTH_PORT, ...this.listeners.map((listener) => listener.port)].map(String) });
  }

  /** Certificates of the listeners; undefined without one. */
  public get certificates(): CertificateOptions | undefined {
    return FleetCertificates.find(this.scope)?.options;
  }
}

/** Instances write the fleet's name with a shell into the settings of CloudWatch's agent; that of a stack is always plain. */
function requirePlainName(scope: IConstruct): void {
  const name = pathInStack(scope);
  if (/^[\w./ :-]+$/.test(name)) return;
  fail(
    scope,
    `ids of a fleet with cloudWatchAgent must be of letters, digits, spaces and '._:-', got '${name}': choose others, or leave it out`,
  );
}
