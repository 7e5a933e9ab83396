import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import {
  ElasticAddressing,
  ElasticProxyFleet,
  IpAddressType,
  type Listener,
  MultivalueEndpoint,
  ProxyCertificate,
  type ProxyEngine,
  ProxyFleet,
  ProxyTargets,
  TargetProtocol,
  VirtualIp,
} from 'cdk-proxy-fleet';

export interface Built {
  readonly directory: string;
  readonly stack: Stack;
  readonly endpoint: MultivalueEndpoint;
  /** The first one. */
  readonly vip: VirtualIp;
}

/** Synthesizes fleets into an assembly of their own and says where it is. */
export function assembly(
  names: string[],
  addListener?: (fleet: ProxyFleet) => Listener,
  { proxies = 3, virtualIps = 1, engine }: { proxies?: number; virtualIps?: number; engine?: ProxyEngine } = {},
): Built {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'proxy-fleet-assembly-')), analyticsReporting: false });
  const built = names.map((name) => {
    const stack = new Stack(app, name);
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
    });
    const fleet = new ProxyFleet(stack, 'Edge', { vpc, proxies, engine });
    if (addListener) addListener(fleet);
    else
      fleet
        .addListener('Http', { port: 80 })
        .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5', '10.0.0.6']), port: 8080 });
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.org' });
    const endpoint = new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet });
    const vips = Array.from(
      { length: virtualIps },
      (_, index) => new VirtualIp(stack, index === 0 ? 'Vip' : `Vip${index + 1}`, { fleet }),
    );
    return { stack, endpoint, vip: vips[0] as VirtualIp };
  });
  app.synth();
  return { directory: app.outdir, ...(built[0] as (typeof built)[number]) };
}

/** A listener that ends TLS, before targets that want TLS, too. */
export function secureListener(targets: ProxyTargets, port?: number) {
  return (fleet: ProxyFleet): Listener => {
    const certificate = ProxyCertificate.secretsManager(secretsmanager.Secret.fromSecretNameV2(fleet, 'Tls', 'tls'));
    const listener = fleet.addListener('Https', { port: 443, certificates: [certificate] });
    listener.addTargets('App', { targets, port, protocol: TargetProtocol.HTTPS });
    return listener;
  };
}

/** Writes a file into a new folder and says where it is. */
export function file(name: string, text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-fleet-file-'));
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

/** A stack with what `add` puts into it beside a VPC, synthesized. */
export function stackWith(add: (stack: Stack, vpc: ec2.Vpc) => void): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'proxy-fleet-assembly-')), analyticsReporting: false });
  const stack = new Stack(app, 'Own');
  const availabilityZones = [0, 1].map((index) => Fn.select(index, Fn.getAzs()));
  add(stack, new ec2.Vpc(stack, 'Vpc', { availabilityZones, natGateways: 0, restrictDefaultSecurityGroup: false }));
  app.synth();
  return app.outdir;
}

/** A dual-stack fleet of two proxies behind a name, synthesized. */
export function dualStack(): string {
  return stackWith((stack) => {
    const vpc = new ec2.Vpc(stack, 'Ipv6', {
      availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      restrictDefaultSecurityGroup: false,
      ipProtocol: ec2.IpProtocol.DUAL_STACK,
    });
    const addresses = new ProxyFleet(stack, 'Edge', { vpc, ipAddressType: IpAddressType.DUAL_STACK });
    addresses
      .addListener('Http', { port: 80 })
      .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses });
  });
}

/** A fleet with a listener and a target. */
export function simpleFleet(stack: Stack, vpc: ec2.IVpc, id: string): ProxyFleet {
  const fleet = new ProxyFleet(stack, id, { vpc });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  return fleet;
}

/**
 * An elastic fleet of two proxies and more behind a name, synthesized.
 *
 * @param isPrivate whether it is in private subnets, and its name in a zone of its own
 */
export function elastic(
  addressing = ElasticAddressing.elasticIpPool(),
  { isPrivate = false, maxCapacity = 4 }: { isPrivate?: boolean; maxCapacity?: number } = {},
): string {
  return stackWith((stack, vpc) => {
    const network = isPrivate ? new ec2.Vpc(stack, 'Inner', { natGateways: 1, restrictDefaultSecurityGroup: false }) : vpc;
    const vpcSubnets = isPrivate ? { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } : undefined;
    const capacity = { minCapacity: 2, maxCapacity };
    const addresses = new ElasticProxyFleet(stack, 'Edge', { vpc: network, vpcSubnets, ...capacity, addressing });
    addresses
      .addListener('Http', { port: 80 })
      .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
    const zone = isPrivate
      ? new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'inner.example.org', vpc: network })
      : route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses });
  });
}
