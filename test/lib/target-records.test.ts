/** Targets that are auto scaling groups: their zone, the function that keeps their records, and what of it comes and goes when. */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ElasticProxyFleet, ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';
import { fleetOf, network, userDataOf } from './fixture';

function groupIn(stack: Stack, vpc: ec2.IVpc, id: string) {
  return new autoscaling.AutoScalingGroup(stack, id, {
    vpc,
    vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    instanceType: new ec2.InstanceType('t4g.nano'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
  });
}

test('alarms tell of records that are not kept, and a fleet without such targets has none', () => {
  expect(fleetWithGroups().fleet.targetAlarms.map(({ node }) => node.id)).toEqual(['Errors', 'Silence']);
  expect(fleetOf().fleet.targetAlarms).toEqual([]);
});

function fleetWithGroups() {
  const { stack, vpc } = network(2);
  const fleet = new ProxyFleet(stack, 'Edge', { vpc });
  const app = groupIn(stack, vpc, 'App');
  const api = groupIn(stack, vpc, 'Api');
  const targets = ProxyTargets.autoScalingGroup(app);
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets, port: 8080 });
  const tcp = fleet.addListener('Tcp', { port: 5000 });
  tcp.addTargets('Both', {
    targets: ProxyTargets.weighted([
      { targets: ProxyTargets.autoScalingGroup(app), weight: 3 },
      { targets: ProxyTargets.autoScalingGroup(api), weight: 1 },
    ]),
    port: 5000,
  });
  for (const group of [app, api]) group.connections.allowFrom(fleet, ec2.Port.tcp(8080));
  return { stack, fleet, template: Template.fromStack(stack) };
}

const { stack, template } = fleetWithGroups();
const [[functionId, keeper] = ['', undefined]] = Object.entries(template.findResources('AWS::Lambda::Function')).filter(
  ([, { Properties }]) => 'PROXY_FLEET_TARGETS' in (Properties.Environment?.Variables ?? {}),
);
const [{ Name: zoneName = '' } = {}] = Object.values(template.findResources('AWS::Route53::HostedZone')).map(
  ({ Properties }) => Properties,
);

test('one zone for the fleet, in its network only, and one name for each group, however often it is named', () => {
  template.resourceCountIs('AWS::Route53::HostedZone', 1);
  expect(zoneName).toMatch(/^test-edge-[0-9a-f]+\.proxy-fleet\.internal\.$/);

  const names = [...userDataOf(stack).matchAll(/targets-[a-z0-9-]+\.\S*?internal/g)].map(([name]) => name);
  expect([...new Set(names)].sort()).toEqual([
    expect.stringMatching(/^targets-test-api-\w+\.test-edge-/),
    expect.stringMatching(/^targets-test-app-\w+\.test-edge-/),
  ]);
  for (const name of names) expect(`${name}.`.endsWith(`.${zoneName}`)).toBe(true);
});

test('the function knows zone and groups, and may change that zone and nothing else', () => {
  const told = JSON.stringify(keeper?.Properties.Environment.Variables.PROXY_FLEET_TARGETS);
  for (const [id] of Object.entries(template.findResources('AWS::Route53::HostedZone'))) expect(told).toContain(id);
  expect(told.match(/recordName/g)).toHaveLength(2);

  const policies = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  );
  const changes = policies.filter(({ Action }) => JSON.stringify(Action).includes('route53:Change'));
  expect(changes).toEqual([
    expect.objectContaining({
      Action: 'route53:ChangeResourceRecordSets',
      Condition: {
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'SOA'],
          'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE', 'UPSERT'],
        },
      },
    }),
  ]);
  expect(JSON.stringify(changes[0].Resource)).toContain('hostedzone/');
});

test('more groups than a function can be told of are refused', () => {
  const own = network(2);
  const listener = new ProxyFleet(own.stack, 'Edge', { vpc: own.vpc }).addListener('Http', { port: 80 });
  const shares = (count: number) =>
    ProxyTargets.weighted(
      Array.from({ length: count }, (_, index) => ({
        targets: ProxyTargets.autoScalingGroup(
          autoscaling.AutoScalingGroup.fromAutoScalingGroupName(own.stack, `Group${count}-${index}`, `group-${count}-${index}`),
        ),
        weight: 1,
      })),
    );
  listener.addTargets('Most', { targets: shares(15), port: 8080 });

  const more = own.stack.node.tryFindChild('Edge') as ProxyFleet;
  expect(() => more.addListener('More', { port: 8000 }).addTargets('One', { targets: shares(1), port: 8080 })).toThrow(
    'a fleet has at most 15 auto scaling groups as targets, got one more: spread them over several fleets [Test/Edge]',
  );
});

test('it looks when a group launches or ends an instance, and every minute', () => {
  const rules = Object.values(template.findResources('AWS::Events::Rule'));

  expect(rules.map(({ Properties }) => Properties.ScheduleExpression)).toContain('rate(1 minute)');
  const [pattern] = rules.flatMap(({ Properties }) => Properties.EventPattern ?? []);
  expect(pattern['detail-type']).toHaveLength(3);
  expect(pattern.detail.AutoScalingGroupName).toHaveLength(2);
});

test('records are there before the rules and go after them, and the permissions outlive the records', () => {
  const [[resourceId, resource] = ['', undefined]] = Object.entries(template.findResources('Custom::ProxyFleetTargets'));
  for (const { DependsOn } of Object.values(template.findResources('AWS::Events::Rule'))) expect(DependsOn).toContain(resourceId);
  const policies = Object.entries(template.findResources('AWS::IAM::Policy')).filter(([, { Properties }]) =>
    JSON.stringify(Properties).includes('route53:Change'),
  );
  expect(resource?.DependsOn).toEqual(expect.arrayContaining(policies.map(([id]) => id)));
  expect(JSON.stringify(resource?.Properties.ServiceToken)).toContain(functionId);
  expect(resource?.Properties.Groups).toHaveLength(2);
});

test('fleets of one network have zones of their own, also in stacks of the same construct ids', () => {
  const zones = ['One', 'Two'].map((stackName) => {
    const app = new App();
    const own = new Stack(app, 'Same', { stackName });
    const vpc = ec2.Vpc.fromVpcAttributes(own, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['zone-a', 'zone-b'],
      publicSubnetIds: ['subnet-1', 'subnet-2'],
    });
    const fleet = new ElasticProxyFleet(own, 'Edge', { vpc, minCapacity: 2, maxCapacity: 2 });
    const group = autoscaling.AutoScalingGroup.fromAutoScalingGroupName(own, 'Group', 'by-name');
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.autoScalingGroup(group), port: 8080 });
    return Object.values(Template.fromStack(own).findResources('AWS::Route53::HostedZone')).map(
      ({ Properties }) => Properties.Name,
    );
  });

  expect(zones).toEqual([[expect.stringMatching(/^one-edge-/)], [expect.stringMatching(/^two-edge-/)]]);
});
