/** The order in which the demo comes into being and in which changes reach it: one slot at a time. */
import { App, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { MultivalueEndpoint, ProxyFleet, ProxyTargets, VirtualIpPool } from 'cdk-proxy-fleet';
import { referenceOf } from '../../rehearsal/template/evaluate';
import { resourcesOf } from '../../rehearsal/template/resources';
import { circular, dependenciesOf, madeBefore, referencesIn } from './dependencies';
import { plainId } from './permissions';
import { featureFlags, synthesize, synthesizeDemo, temporaryDirectory } from './synth';

const { template } = synthesizeDemo(temporaryDirectory());
const dependencies = dependenciesOf(template);

const idsOf = (type: string) => resourcesOf(template, type).map(([id]) => id);
const before = (id: string) => [...madeBefore(dependencies, id)];

const groups = idsOf('AWS::AutoScaling::AutoScalingGroup');
const associations = idsOf('AWS::EC2::EIPAssociation');
const interfaces = idsOf('AWS::EC2::NetworkInterface');
const slots = groups.map((group, index) => ({ group, association: associations[index] as string }));

test('nothing waits for itself', () => {
  expect(circular(dependencies)).toEqual([]);
  expect(
    circular(
      new Map([
        ['A', new Set(['B'])],
        ['B', new Set(['A'])],
      ]),
    ),
  ).toEqual(['A', 'B']);
});

test('every DependsOn names a resource', () => {
  const named = Object.values(template.Resources).flatMap(({ DependsOn = [] }) => [DependsOn].flat());
  expect(named.filter((id) => !(id in template.Resources))).toEqual([]);
});

test('each group comes after the association of its own interface', () => {
  for (const { group, association } of slots) {
    expect(before(group)).toContain(association);
    expect(referenceOf(template.Resources[association]?.Properties?.NetworkInterfaceId)).toBe(interfaceOf(group));
  }
});

test('every association comes after all interfaces, so that replacing them all still passes from slot to slot', () => {
  expect(interfaces).toHaveLength(3);
  for (const { association } of slots) expect(before(association)).toEqual(expect.arrayContaining(interfaces));
});

test('a slot gets its address and its instance after the group of the slot before it, which waits for its signal', () => {
  expect(slots).toHaveLength(3);
  slots.slice(1).forEach(({ group, association }, index) => {
    const previous = (slots[index] as { group: string }).group;
    expect(before(association)).toContain(previous);
    expect(before(group)).toContain(previous);
  });

  for (const [, resource] of resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup')) {
    expect(resource).toMatchObject({
      CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT15M' } },
      UpdatePolicy: {
        AutoScalingRollingUpdate: {
          MinInstancesInService: 0,
          MaxBatchSize: 1,
          WaitOnResourceSignals: true,
          PauseTime: 'PT20M58S',
        },
      },
    });
  }
});

test('a record comes after the group of its slot, because a new health check counts as healthy', () => {
  const groupOf = new Map(
    slots.map(({ group, association }) => [referenceOf(template.Resources[association]?.Properties?.AllocationId), group]),
  );
  const records = resourcesOf(template, 'AWS::Route53::RecordSet');

  expect(records).toHaveLength(3);
  for (const [record, { Properties }] of records) {
    const [address] = referencesIn(Properties?.ResourceRecords);
    expect(groupOf.get(address?.id)).toBeDefined();
    expect(before(record)).toContain(groupOf.get(address?.id));
  }
});

test('the virtual IP is primed after all groups, when there is a live proxy to hold it', () => {
  const [holder, ...more] = idsOf('Custom::ProxyFleetVirtualIp');
  expect(more).toEqual([]);
  expect(before(holder as string)).toEqual(expect.arrayContaining(groups));
});

test('an instance comes after the way out of its subnet and the permissions of its role', () => {
  const policy = idsOf('AWS::IAM::Policy').find((id) => id.startsWith('EdgeRoleDefaultPolicy'));
  for (const group of groups) {
    const subnet = referenceOf(template.Resources[interfaceOf(group)]?.Properties?.SubnetId);
    const [link, table] = linkOf(subnet);
    const route = resourcesOf(template, 'AWS::EC2::Route').find(
      ([, { Properties }]) => referenceOf(Properties?.RouteTableId) === table,
    );
    expect(before(group)).toEqual(expect.arrayContaining([link, route?.[0], policy]));
  }
});

/** What ties a subnet to its route table, and that table. */
function linkOf(subnet: string | undefined): [link: string | undefined, table: string | undefined] {
  const links = resourcesOf(template, 'AWS::EC2::SubnetRouteTableAssociation');
  const link = links.find(([, { Properties }]) => referenceOf(Properties?.SubnetId) === subnet);
  return [link?.[0], referenceOf(link?.[1].Properties?.RouteTableId)];
}

/** The interface that the launch template of a group names. */
function interfaceOf(group: string): string {
  const [launchTemplate] = referencesIn(template.Resources[group]?.Properties?.LaunchTemplate);
  const named = referencesIn(template.Resources[launchTemplate?.id ?? '']?.Properties).map(({ id }) => id);
  return named.find((id) => interfaces.includes(id)) ?? '';
}

describe('a name over a pool of virtual IPs', () => {
  const app = new App({ outdir: temporaryDirectory(), context: featureFlags() });
  const stack = new Stack(app, 'Pool');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
    natGateways: 0,
  });
  const fleet = new ProxyFleet(stack, 'Edge', { vpc });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 80 });
  const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.org' });
  const vips = new VirtualIpPool(stack, 'Vips', { fleet });
  new MultivalueEndpoint(stack, 'App', { zone, addresses: vips });
  const { template: pool } = synthesize(app, 'Pool');
  const order = dependenciesOf(pool);
  const ids = (type: string) => resourcesOf(pool, type).map(([id]) => id);
  const holders = ids('Custom::ProxyFleetVirtualIp');
  const plain = (all: Iterable<string>) => [...all].map(plainId);

  test('waits for nothing that waits for it', () => {
    expect(circular(order)).toEqual([]);
  });

  test('loses each record before its address is let go, and that before the address itself', () => {
    const records = ids('AWS::Route53::RecordSet');

    expect(records).toHaveLength(2);
    records.forEach((record, index) => {
      const made = plain(madeBefore(order, record));
      expect(made).toContain(`Vips${index + 1}Holder`);
      expect(made).toContain(`Vips${index + 1}Address`);
      expect(plain(madeBefore(order, holders[index] as string))).toContain(`Vips${index + 1}Address`);
    });
  });

  test('has its alarms last, when there is something to watch, and loses them first', () => {
    const alarms = ids('AWS::CloudWatch::Alarm');

    expect(alarms.length).toBeGreaterThan(0);
    for (const alarm of alarms) expect([...madeBefore(order, alarm)]).toEqual(expect.arrayContaining(holders));
  });

  test('lets an address go while everything that this takes is still there', () => {
    for (const holder of holders) {
      const made = plain(madeBefore(order, holder));
      expect(made).toEqual(
        expect.arrayContaining([
          'EdgeTakeoverLifecycle',
          'EdgeTakeoverLifecycleRole',
          'EdgeTakeoverLifecycleRoleDefaultPolicy',
          'EdgeTakeoverTable',
          'EdgeTakeoverProbes1',
          'EdgeTakeoverProbes2',
          'EdgeSlots1Interface',
          'EdgeSlots2Interface',
        ]),
      );
    }
  });
});
