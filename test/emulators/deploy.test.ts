/**
 * The demo, deployed by the real command line into a local AWS, read back through the real clients, and failed over by the bundled
 * functions as they are.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import {
  ListHealthChecksCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { ENV, type FleetTopology } from '../../lib/private/contract';
import { DEMO_STACK, ROOT, synthesizeDemo, temporaryDirectory } from '../templates/synth';
import { AwsFront } from './aws-front';
import { ACCOUNT, type Moto, REGION, startMoto } from './moto';
import { type DeployedSlot, fillGaps, SKIPPED_TYPES } from './moto-gaps';
import { runHandler } from './run-handler';
import { TAKEN_OUT, withoutResources } from './without-resources';

const DEPLOY_TIMEOUT_MS = 180_000;
const RUN_TIMEOUT_MS = 60_000;
const directory = temporaryDirectory();

let moto: Moto;
let front: AwsFront;
let outputs: Record<string, string>;
let ec2: EC2Client;
let clientOptions: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

async function cdk(...args: string[]): Promise<void> {
  await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'cdk'), ['--no-notices', ...args], {
    cwd: directory,
    env: moto.environment,
    timeout: DEPLOY_TIMEOUT_MS,
  });
}

/** The demo's assembly without what the emulator cannot play. */
function synthesizeForMoto(): string {
  const { directory: assembly, file, template } = synthesizeDemo(join(directory, 'assembly'));
  writeFileSync(file, JSON.stringify(withoutResources(template, Object.keys(TAKEN_OUT))));
  return assembly;
}

beforeAll(async () => {
  mkdirSync(join(directory, 'moto'));
  moto = await startMoto(join(directory, 'moto'));
  front = await AwsFront.start(moto.endpoint);
  clientOptions = { endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  ec2 = new EC2Client(clientOptions);

  const assembly = synthesizeForMoto();
  await cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  const results = join(directory, 'outputs.json');
  await cdk('deploy', DEMO_STACK, '--app', assembly, '--method=direct', '--require-approval=never', '--outputs-file', results);
  outputs = (JSON.parse(readFileSync(results, 'utf8')) as Record<string, Record<string, string>>)[DEMO_STACK] ?? {};
}, DEPLOY_TIMEOUT_MS);

afterAll(async () => {
  ec2?.destroy();
  await front?.stop();
  await moto?.stop();
});

const SLOTS = ['1', '2', '3'];
const slotAddresses = () => SLOTS.map((slot) => outputs[`Slot${slot}Address`]);

const describeAddresses = async () => (await ec2.send(new DescribeAddressesCommand({}))).Addresses ?? [];

async function environmentOf(name: string): Promise<Record<string, string>> {
  const { Functions } = await new LambdaClient(clientOptions).send(new ListFunctionsCommand({}));
  return Functions?.find(({ FunctionName }) => FunctionName?.includes(name))?.Environment?.Variables ?? {};
}

async function topology(): Promise<FleetTopology> {
  return JSON.parse((await environmentOf('EdgeTakeoverFunction'))[ENV.topology] ?? '') as FleetTopology;
}

/** Instances of the slots' groups, by the group's name, which only the group itself puts on them. */
async function instancesByGroup(): Promise<Map<string, { instanceId: string; zone: string }[]>> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({}));
  const groups = new Map<string, { instanceId: string; zone: string }[]>();
  for (const { InstanceId = '', Tags, Placement } of (Reservations ?? []).flatMap(({ Instances }) => Instances ?? [])) {
    const group = Tags?.find(({ Key }) => Key === 'aws:autoscaling:groupName')?.Value;
    if (group === undefined) continue;
    groups.set(group, [...(groups.get(group) ?? []), { instanceId: InstanceId, zone: Placement?.AvailabilityZone ?? '' }]);
  }
  return groups;
}

describe('after the deploy', () => {
  test('nothing was skipped but what is known to be', () => {
    const skipped = [...moto.log().matchAll(/No Moto CloudFormation support for (\S+)/g)].map(([, type]) => type);
    expect([...new Set(skipped)].sort()).toEqual(Object.keys(SKIPPED_TYPES).sort());
  });

  test('there is an Elastic IP for each slot and one that moves, and the outputs name them', async () => {
    const addresses = await describeAddresses();

    const publicIps = addresses.map(({ PublicIp }) => PublicIp);
    expect(publicIps.sort()).toEqual([...slotAddresses(), outputs.VirtualIpAddress].sort());
    expect(new Set(publicIps).size).toBe(4);
    expect(outputs).toMatchObject({
      DomainName: 'www.proxy-fleet.example',
      DnsFailoverBudget: expect.stringMatching(/ = 118 s$/),
      VirtualIpFailoverBudget: expect.stringMatching(/ = 80 s$/),
    });
  });

  test('there is one interface for each slot, each in a zone of its own', async () => {
    const { slots } = await topology();
    const ids = slots.map(({ interfaceId }) => interfaceId);

    const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: ids }));

    const zones = new Map(NetworkInterfaces.map((each) => [each.NetworkInterfaceId, each.AvailabilityZone]));
    expect(ids.map((id) => zones.get(id))).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(slots.map(({ zone }) => zone)).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
  });

  test('there is a group for each slot, which has started its one instance in the zone of the slot', async () => {
    const groups = [...(await instancesByGroup())].sort(([a], [b]) => a.localeCompare(b));

    expect(groups.map(([name, instances]) => [name.match(/EdgeSlots\d/)?.[0], instances.map(({ zone }) => zone)])).toEqual([
      ['EdgeSlots1', ['us-east-1a']],
      ['EdgeSlots2', ['us-east-1b']],
      ['EdgeSlots3', ['us-east-1c']],
    ]);
  });

  test('the name has one multivalue record for each slot, each with a health check of the very address', async () => {
    const client = new Route53Client(clientOptions);
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
        SetIdentifier: `Edge-slot-${index + 1}`,
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
  /** Secondary address of each slot, by interface. */
  const secondaries = new Map<string, string>();

  beforeAll(async () => {
    const { slots } = await topology();
    const groups = await instancesByGroup();
    const addresses = await describeAddresses();
    for (const { slot, interfaceId } of slots) {
      const [, instances] = [...groups].find(([name]) => name.includes(`EdgeSlots${slot}`)) ?? [];
      const own = addresses.find(({ PublicIp }) => PublicIp === outputs[`Slot${slot}Address`]);
      const deployed: DeployedSlot = {
        slot,
        interfaceId,
        instanceId: instances?.[0]?.instanceId ?? '',
        allocationId: own?.AllocationId ?? '',
      };
      secondaries.set(interfaceId, await fillGaps(ec2, deployed));
    }
  }, RUN_TIMEOUT_MS);

  const run = async (name: 'takeover' | 'lifecycle', event: object) => {
    const deployed = await environmentOf(name === 'takeover' ? 'EdgeTakeoverFunction' : 'EdgeTakeoverLifecycle');
    return runHandler(name, event, {
      ...moto.environment,
      ...deployed,
      AWS_ENDPOINT_URL_EC2: front.endpoint,
      AWS_ENDPOINT_URL_LAMBDA: front.endpoint,
    });
  };
  const sweep = () => run('takeover', { source: 'aws.events', 'detail-type': 'Scheduled Event' });

  const interfaceOf = async (publicIp: string | undefined) =>
    (await describeAddresses()).find(({ PublicIp }) => PublicIp === publicIp)?.NetworkInterfaceId ?? '';
  const holder = () => interfaceOf(outputs.VirtualIpAddress);

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
      expect([...front.asked].sort()).toEqual((await topology()).probes.map(({ functionName }) => functionName).sort());
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
      const { virtualIps } = await topology();
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
          Data: { IpAddress: outputs.VirtualIpAddress },
        }),
      ]);
    },
    RUN_TIMEOUT_MS,
  );
});
