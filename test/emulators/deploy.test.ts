/**
 * The demo, deployed by the real command line into a local AWS, read back through the real clients, and failed over by the bundled
 * functions as they are.
 */
import { DescribeNetworkInterfacesCommand } from '@aws-sdk/client-ec2';
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { temporaryDirectory } from '../templates/synth';
import { AwsFront } from './aws-front';
import { DemoInMoto } from './demo-in-moto';
import { runHandler } from './handler-process';
import { type DeployedSlot, fillGaps, SKIPPED_TYPES } from './moto-gaps';

const DEPLOY_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 60_000;
const SLOTS = ['1', '2', '3'];

const directory = temporaryDirectory();
let demo: DemoInMoto;

beforeAll(async () => {
  demo = await DemoInMoto.deploy(directory, DEPLOY_TIMEOUT_MS);
}, DEPLOY_TIMEOUT_MS);

afterAll(() => demo?.stop());

const slotAddresses = () => SLOTS.map((slot) => demo.outputs[`Slot${slot}Address`]);

describe('after the deploy', () => {
  test('nothing was skipped but what is known to be', () => {
    const skipped = [...demo.moto.log().matchAll(/No Moto CloudFormation support for (\S+)/g)].map(([, type]) => type);
    expect(skipped.filter((type = '') => !(type in SKIPPED_TYPES))).toEqual([]);
  });

  test('there is an Elastic IP for each slot and one that moves, and the outputs name them', async () => {
    const addresses = await demo.addresses();

    const publicIps = addresses.map(({ PublicIp }) => PublicIp);
    expect(publicIps.sort()).toEqual([...slotAddresses(), demo.outputs.VirtualIpAddress].sort());
    expect(new Set(publicIps).size).toBe(4);
    expect(demo.outputs).toMatchObject({
      DomainName: 'www.proxy-fleet.example',
      WwwFailoverBudget10D1161F: expect.stringMatching(/ = 118 s$/),
      VipFailoverBudget57EF89F9: expect.stringMatching(/^detection .* = \d+ s$/),
    });
  });

  test('there is one interface for each slot, each in a zone of its own', async () => {
    const { slots } = await demo.topology();
    const ids = slots.map(({ interfaceId }) => interfaceId);

    const { NetworkInterfaces = [] } = await demo.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));

    const zones = new Map(NetworkInterfaces.map((each) => [each.NetworkInterfaceId, each.AvailabilityZone]));
    expect(ids.map((id) => zones.get(id))).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(slots.map(({ zone }) => zone)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  });

  test('there is a group for each slot, which has started its one instance in the zone of the slot', async () => {
    const groups = [...(await demo.instancesByGroup())].sort(([a], [b]) => a.localeCompare(b));

    expect(groups.map(([name, instances]) => [name.match(/EdgeSlots\d/)?.[0], instances.map(({ zone }) => zone)])).toEqual([
      ['EdgeSlots1', ['us-east-1a']],
      ['EdgeSlots2', ['us-east-1b']],
      ['EdgeSlots3', ['us-east-1c']],
    ]);
  });

  test('the name has one multivalue record for each slot, each with a health check of the very address', async () => {
    const client = new Route53Client(demo.clientOptions);
    const { HostedZones = [] } = await client.send(new ListHostedZonesCommand({}));
    const { HealthChecks = [] } = await client.send(new ListHealthChecksCommand({}));
    const { ResourceRecordSets = [] } = await client.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: HostedZones[0]?.Id }),
    );

    const records = ResourceRecordSets.filter(({ Type }) => Type === 'A');
    const checks = new Map(HealthChecks.map(({ Id, HealthCheckConfig }) => [Id, HealthCheckConfig]));
    expect(HealthChecks).toHaveLength(3);
    expect(records).toEqual(
      slotAddresses().map((address, index) => ({
        Name: 'www.proxy-fleet.example.',
        Type: 'A',
        TTL: 60,
        MultiValueAnswer: true,
        SetIdentifier: expect.stringMatching(new RegExp(`^ProxyFleetDemo-Edge-\\w+-slot-${index + 1}$`)),
        HealthCheckId: expect.any(String),
        ResourceRecords: [{ Value: address }],
      })),
    );
    expect(records.map(({ HealthCheckId }) => checks.get(HealthCheckId))).toEqual(
      slotAddresses().map((address) =>
        expect.objectContaining({
          Type: 'HTTP',
          IPAddress: address,
          Port: 8404,
          ResourcePath: '/healthz',
          RequestInterval: 10,
          FailureThreshold: 3,
        }),
      ),
    );
  });
});

describe('the functions', () => {
  let front: AwsFront;
  /** Secondary address of each slot, by interface. */
  const secondaries = new Map<string, string>();

  beforeAll(async () => {
    front = await AwsFront.start(demo.moto.endpoint);
    const { slots } = await demo.topology();
    const groups = await demo.instancesByGroup();
    const addresses = await demo.addresses();
    for (const { slot, interfaceId } of slots) {
      const [, instances] = [...groups].find(([name]) => name.includes(`EdgeSlots${slot}`)) ?? [];
      const own = addresses.find(({ PublicIp }) => PublicIp === demo.outputs[`Slot${slot}Address`]);
      const deployed: DeployedSlot = {
        slot,
        interfaceId,
        instanceId: instances?.[0]?.instanceId ?? '',
        allocationId: own?.AllocationId ?? '',
      };
      secondaries.set(interfaceId, await fillGaps(demo.ec2, deployed));
    }
  }, RUN_TIMEOUT_MS);

  afterAll(() => front?.stop());

  const run = async (name: 'takeover' | 'lifecycle', event: object) => {
    const deployed = await demo.environmentOf(name);
    return runHandler(name, event, {
      ...demo.moto.environment,
      ...deployed,
      AWS_ENDPOINT_URL: front.endpoint,
    });
  };
  const sweep = () => run('takeover', { source: 'aws.events', 'detail-type': 'Scheduled Event' });

  const interfaceOf = async (publicIp: string | undefined) =>
    (await demo.addresses()).find(({ PublicIp }) => PublicIp === publicIp)?.NetworkInterfaceId ?? '';
  const holder = () => interfaceOf(demo.outputs.VirtualIpAddress);

  /** Everything that an association can be wrong about. */
  const expectPlace = (
    { interfaceId, privateAddress }: { interfaceId: string; privateAddress: string } = { interfaceId: '', privateAddress: '' },
  ) => expect(secondaries.get(interfaceId)).toBe(privateAddress);

  test(
    'put the virtual IP on the secondary address of a slot while all are healthy, after asking every zone',
    async () => {
      expect(await holder()).toBe('');

      await sweep();

      expect([...secondaries.keys()]).toContain(await holder());
      expect(front.associations).toHaveLength(1);
      expectPlace(front.associations[0]);
      expect([...front.asked].sort()).toEqual((await demo.topology()).probes.map(({ functionName }) => functionName).sort());
    },
    RUN_TIMEOUT_MS,
  );

  test(
    'move it to another slot when every zone says that its holder is dead',
    async () => {
      const dead = await holder();
      front.health = (address) => (address === secondaries.get(dead) ? 'dead' : 'ready');

      await sweep();

      const now = await holder();
      expect(now).not.toBe(dead);
      expect([...secondaries.keys()]).toContain(now);
      expect(front.associations).toHaveLength(2);
      expectPlace(front.associations[1]);
    },
    RUN_TIMEOUT_MS,
  );

  test(
    'change nothing when nothing has changed',
    async () => {
      const before = await holder();

      await sweep();
      await sweep();

      expect(await holder()).toBe(before);
      expect(front.associations).toHaveLength(2);
    },
    RUN_TIMEOUT_MS,
  );

  test('leave every slot its own address', async () => {
    expect(await Promise.all(slotAddresses().map(interfaceOf))).toEqual([...secondaries.keys()]);
  });

  test(
    'let the virtual IP go with its custom resource, and hold it again when that is made anew',
    async () => {
      const { virtualIps } = await demo.topology();
      const [{ name: Name, allocationId: AllocationId } = { name: '', allocationId: '' }] = virtualIps;
      const request = (RequestType: string) => ({
        RequestType,
        RequestId: RequestType,
        ResponseURL: `${front.endpoint}/cloudformation`,
        StackId: 'stack',
        LogicalResourceId: 'VipHolder',
        PhysicalResourceId: AllocationId,
        ResourceProperties: { Name, AllocationId, ReleaseDelaySeconds: '0' },
      });

      await run('lifecycle', request('Delete'));
      const gone = await holder();
      await sweep();
      const stillGone = await holder();
      await run('lifecycle', request('Create'));

      expect([gone, stillGone]).toEqual(['', '']);
      expect([...secondaries.keys()]).toContain(await holder());
      expect(front.answers).toEqual([
        expect.objectContaining({ RequestId: 'Delete', Status: 'SUCCESS', PhysicalResourceId: AllocationId }),
        expect.objectContaining({
          RequestId: 'Create',
          Status: 'SUCCESS',
          PhysicalResourceId: AllocationId,
          Data: { IpAddress: demo.outputs.VirtualIpAddress },
        }),
      ]);
    },
    RUN_TIMEOUT_MS,
  );
});
