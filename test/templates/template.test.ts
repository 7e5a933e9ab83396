/** What the demo's template is meant to say, slot by slot and record by record. */
import { readFileSync } from 'node:fs';
import { referenceOf } from '../../rehearsal/template/evaluate';
import type { Json } from '../../rehearsal/template/load-template';
import { objectOf, resourcesOf } from '../../rehearsal/template/resources';
import { referencesIn } from './dependencies';
import { plainId } from './permissions';
import { type SynthesizedResource, synthesizeDemo, temporaryDirectory } from './synth';

const { template, file, directory } = synthesizeDemo(temporaryDirectory());
const again = synthesizeDemo(temporaryDirectory());

const ofType = (type: string) => resourcesOf(template, type) as [string, SynthesizedResource][];
const groups = ofType('AWS::AutoScaling::AutoScalingGroup');
const launchDataOf = ({ Properties }: SynthesizedResource) => {
  const id = referenceOf(objectOf(Properties?.LaunchTemplate).LaunchTemplateId) ?? '';
  return objectOf(template.Resources[id]?.Properties?.LaunchTemplateData);
};
const interfacesOf = (group: SynthesizedResource) =>
  (launchDataOf(group).NetworkInterfaces as Json[]).map((each) => objectOf(each));

const virtualIp = ofType('AWS::EC2::EIP').find(([id]) => id.startsWith('Vip')) as [string, SynthesizedResource];

test('the same input gives the same bytes', () => {
  expect(readFileSync(again.file, 'utf8')).toBe(readFileSync(file, 'utf8'));
  expect(readFileSync(`${again.directory}/ProxyFleetDemo.assets.json`, 'utf8')).toBe(
    readFileSync(`${directory}/ProxyFleetDemo.assets.json`, 'utf8'),
  );
});

describe('a slot', () => {
  test('is a group of exactly one instance, pinned to its zone and not to a subnet (V11)', () => {
    expect(groups).toHaveLength(3);
    for (const [, { Properties }] of groups) {
      expect(Properties).toMatchObject({ MinSize: '1', MaxSize: '1' });
      expect(Properties?.AvailabilityZones).toHaveLength(1);
      expect(Properties).not.toHaveProperty('VPCZoneIdentifier');
      expect(Properties).not.toHaveProperty('DesiredCapacity');
    }
  });

  test('gives every instance its one interface as device 0, and no security groups beside it (V11)', () => {
    for (const [, group] of groups) {
      expect(interfacesOf(group)).toEqual([{ DeviceIndex: 0, NetworkInterfaceId: { Ref: expect.any(String) } }]);
      expect(launchDataOf(group)).not.toHaveProperty('SecurityGroupIds');
      expect(launchDataOf(group)).not.toHaveProperty('SecurityGroups');
    }

    const interfaces = groups.map(([, group]) => referenceOf(interfacesOf(group)[0]?.NetworkInterfaceId));
    expect(new Set(interfaces).size).toBe(3);
  });

  test('has the security groups for traffic and for health on its interface', () => {
    for (const [, { Properties }] of ofType('AWS::EC2::NetworkInterface')) {
      const carried = referencesIn(Properties?.GroupSet).map(({ id }) => plainId(id));
      expect(carried).toEqual(['EdgeSecurityGroup', 'EdgeHealthSecurityGroup']);
    }
  });

  test('has room for the virtual IP on its interface, and an Elastic IP of its own on the primary address', () => {
    const associations = ofType('AWS::EC2::EIPAssociation');

    for (const [id, { Properties }] of ofType('AWS::EC2::NetworkInterface')) {
      expect(Properties).toMatchObject({ SecondaryPrivateIpAddressCount: 1 });
      expect(Properties).not.toHaveProperty('PrivateIpAddress');
      const own = associations.filter(([, each]) => referenceOf(each.Properties?.NetworkInterfaceId) === id);
      expect(own).toHaveLength(1);
      expect(own[0]?.[1].Properties).not.toHaveProperty('PrivateIpAddress');
    }
  });

  test('has a zone of its own, chosen when the stack is deployed', () => {
    const zones = groups.flatMap(([, { Properties }]) => Properties?.AvailabilityZones ?? []);

    expect(zones).toEqual([0, 1, 2].map((index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })));
  });

  test('lies in one zone with group, interface and subnet', () => {
    for (const [, group] of groups) {
      const subnet = template.Resources[referenceOf(interfacesOf(group)[0]?.NetworkInterfaceId) ?? '']?.Properties?.SubnetId;
      const zone = template.Resources[referenceOf(subnet) ?? '']?.Properties?.AvailabilityZone;
      expect([zone]).toEqual(group.Properties?.AvailabilityZones);
    }
  });

  test('asks for IMDSv2 over one hop and encrypts its disk', () => {
    for (const [, group] of groups) {
      expect(launchDataOf(group).MetadataOptions).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
      const disks = launchDataOf(group).BlockDeviceMappings as Json[];
      expect(disks.map((disk) => objectOf(objectOf(disk).Ebs).Encrypted)).toEqual([true]);
    }
  });

  test('has no lifecycle hook as a resource (V13)', () => {
    expect(ofType('AWS::AutoScaling::LifecycleHook')).toEqual([]);
  });
});

describe('the name', () => {
  const records = ofType('AWS::Route53::RecordSet');
  const checkOf = ({ Properties }: SynthesizedResource) =>
    objectOf(template.Resources[referenceOf(Properties?.HealthCheckId) ?? '']?.Properties?.HealthCheckConfig);

  test('has one multivalue record with a TTL of 60 s for each slot', () => {
    expect(records.map(([, { Properties }]) => Properties)).toEqual(
      ['1', '2', '3'].map((slot) =>
        expect.objectContaining({
          Name: 'www.proxy-fleet.example.',
          Type: 'A',
          TTL: '60',
          MultiValueAnswer: true,
          SetIdentifier: expect.stringMatching(new RegExp(`^ProxyFleetDemo-Edge-\\w+-slot-${slot}$`)),
        }),
      ),
    );
  });

  test('has one health check for each record, which asks the address of the record whether its proxy is ready', () => {
    for (const [, record] of records) {
      const [address, ...more] = referencesIn(record.Properties?.ResourceRecords);
      expect(more).toEqual([]);
      expect(checkOf(record)).toEqual({
        Type: 'HTTP',
        IPAddress: { Ref: address?.id },
        Port: 8404,
        ResourcePath: '/healthz',
        RequestInterval: 10,
        FailureThreshold: 3,
        Inverted: false,
        MeasureLatency: false,
      });
    }
    expect(new Set(records.map(([, { Properties }]) => referenceOf(Properties?.HealthCheckId))).size).toBe(3);
  });

  test('leads to the Elastic IPs that are associated with the slots, by Ref and not by GetAtt', () => {
    const associated = ofType('AWS::EC2::EIPAssociation').map(([, { Properties }]) => referenceOf(Properties?.AllocationId));
    const published = records.flatMap(([, { Properties }]) => referencesIn(Properties?.ResourceRecords));

    expect(published.map(({ id }) => id)).toEqual(associated);
    const everywhere = referencesIn(template as unknown as Json);
    expect(everywhere.filter(({ attribute }) => attribute === 'PublicIp')).toEqual([]);
  });
});

describe('the virtual IP', () => {
  const [id] = virtualIp;

  test('is associated by no resource of the template (V14)', () => {
    const associated = ofType('AWS::EC2::EIPAssociation').map(([, { Properties }]) => referenceOf(Properties?.AllocationId));
    expect(associated).not.toContain(id);
    expect(virtualIp[1].Properties).not.toHaveProperty('InstanceId');
  });

  test('is known by its allocation to the topology, the permissions and the custom resource only', () => {
    const places = Object.entries(template.Resources).flatMap(([user, { Properties }]) =>
      Object.entries(Properties ?? {})
        .filter(([, value]) => referencesIn(value).some((reference) => reference.id === id))
        .map(([property]) => `${plainId(user)}.${property}`),
    );

    expect(places.sort()).toEqual([
      'EdgeTakeoverFunction.Environment',
      'EdgeTakeoverFunctionRoleDefaultPolicy.PolicyDocument',
      'EdgeTakeoverLifecycle.Environment',
      'EdgeTakeoverLifecycleRoleDefaultPolicy.PolicyDocument',
      'VipHolder.AllocationId',
    ]);
  });

  test('is moved by a function that is not called again and not called late', () => {
    const settings = ofType('AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => Properties);
    expect(settings).toEqual([
      {
        FunctionName: { Ref: expect.stringMatching(/^EdgeTakeoverFunction/) },
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
        Qualifier: '$LATEST',
      },
    ]);

    const hints = ofType('AWS::Events::Rule').flatMap(([, { Properties }]) => Properties?.Targets as Json[]);
    expect(hints).toHaveLength(2);
    for (const hint of hints) {
      expect(objectOf(hint).RetryPolicy).toEqual({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });
});

test('the outputs list every address, the name and both budgets', () => {
  const values = Object.fromEntries(Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [name, Value]));
  const addresses = ofType('AWS::EC2::EIPAssociation').map(([, { Properties }]) => referenceOf(Properties?.AllocationId));

  expect(values).toEqual({
    Slot1Address: { Ref: addresses[0] },
    Slot2Address: { Ref: addresses[1] },
    Slot3Address: { Ref: addresses[2] },
    VirtualIpAddress: { Ref: virtualIp[0] },
    DomainName: 'www.proxy-fleet.example',
    WwwFailoverBudget10D1161F: 'detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s',
    VipFailoverBudget57EF89F9: 'detection 1 s + decision 10 s (assumed) + address move 10 s (assumed) = 21 s',
  });
});
