import { App, Fn, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ProxyFleet, type ProxyFleetProps, ProxyTargets } from 'cdk-proxy-fleet';
import { ENV, type FleetTopology } from '../../lib/private/takeover-contract';

/** A stack with a VPC of as many zones as asked for. */
export function network(zones = 3): { stack: Stack; vpc: ec2.Vpc } {
  const stack = new Stack(new App(), 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: Array.from({ length: zones }, (_, index) => Fn.select(index, Fn.getAzs())),
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
  });
  return { stack, vpc };
}

/** A fleet with one listener and one target. */
export function fleetOf(options: Partial<ProxyFleetProps> & { zones?: number } = {}): { stack: Stack; fleet: ProxyFleet } {
  const { zones, ...props } = options;
  const { stack, vpc } = network(zones);
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, ...props });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  return { stack, fleet };
}

export function zoneOf(stack: Stack): route53.IHostedZone {
  return new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
}

/** Warnings of a stack, as 'path: text'. */
export function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack)
    .findWarning('*', Match.anyValue())
    .map(({ id, entry }) => `${id}: ${String(entry.data)}`);
}

/** User data of the first slot, with references shown as their JSON. */
export function userDataOf(stack: Stack): string {
  const [template] = Object.values(Template.fromStack(stack).findResources('AWS::EC2::LaunchTemplate'));
  const encoded = template?.Properties.LaunchTemplateData.UserData['Fn::Base64'];
  const parts: unknown[] = typeof encoded === 'string' ? [encoded] : encoded['Fn::Join'][1];
  return parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join('');
}

/** What the takeover function of a stack is told, with references shown as their JSON. */
export function topologyOf(stack: Stack): FleetTopology {
  const functions = Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function'));
  const [encoded] = functions.flatMap(({ Properties }) => Properties.Environment?.Variables[ENV.topology] ?? []);
  const parts: unknown[] = typeof encoded === 'string' ? [encoded] : encoded['Fn::Join'][1];
  return JSON.parse(
    parts
      .map((part) =>
        typeof part === 'string'
          ? part
          : Object.values(part as object)
              .flat()
              .join('.'),
      )
      .join(''),
  );
}
