/** The bundled target function, unmodified, over the real SDK against moto: its groups, its instances, its Route 53. */
import { json } from 'node:stream/consumers';
import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { TARGETS_ENV, type TargetsTopology } from '../../lib/private/targets-contract';
import { closeServers, listen } from '../runtime/local-server';
import { temporaryDirectory } from '../templates/synth';
import { FaultProxy } from './fault-proxy';
import { HandlerProcess } from './handler-process';
import { type Moto, REGION, startMoto } from './moto';

const TIMEOUT_MS = 60_000;
const GROUP = 'app-group';
const NAME = 'targets-app.edge.proxy-fleet.internal';
/** An image that moto knows. */
const IMAGE = 'ami-12c6146b';

const directory = temporaryDirectory();
let moto: Moto;
let proxy: FaultProxy;
let handler: HandlerProcess;
let zoneId: string;
let autoScaling: AutoScalingClient;
let ec2: EC2Client;
let route53: Route53Client;

beforeAll(async () => {
  moto = await startMoto(directory);
  const options = { endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  autoScaling = new AutoScalingClient(options);
  ec2 = new EC2Client(options);
  route53 = new Route53Client(options);
  await autoScaling.send(
    new CreateLaunchConfigurationCommand({ LaunchConfigurationName: 'app', ImageId: IMAGE, InstanceType: 't3.nano' }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: GROUP,
      LaunchConfigurationName: 'app',
      MinSize: 0,
      MaxSize: 10,
      DesiredCapacity: 4,
      AvailabilityZones: [`${REGION}a`],
    }),
  );
  const { HostedZone } = await route53.send(
    new CreateHostedZoneCommand({ Name: 'edge.proxy-fleet.internal', CallerReference: 'test' }),
  );
  zoneId = HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
  proxy = await FaultProxy.start(moto.endpoint);
  const topology: TargetsTopology = { hostedZoneId: zoneId, groups: [{ groupName: GROUP, recordName: NAME }] };
  const environment = { ...moto.environment, AWS_ENDPOINT_URL: proxy.endpoint, [TARGETS_ENV]: JSON.stringify(topology) };
  handler = new HandlerProcess('target-records', environment);
}, TIMEOUT_MS);

afterEach(closeServers);

afterAll(async () => {
  await handler?.stop();
  await proxy?.stop();
  for (const client of [autoScaling, ec2, route53]) client?.destroy();
  await moto?.stop();
});

/** Private addresses of the group's instances, as moto has them. */
async function addressesOfGroup(): Promise<string[]> {
  const { AutoScalingGroups } = await autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [GROUP] }));
  const InstanceIds = AutoScalingGroups?.[0]?.Instances?.flatMap(({ InstanceId }) => InstanceId ?? []) ?? [];
  if (InstanceIds.length === 0) return [];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.flatMap(({ PrivateIpAddress }) => PrivateIpAddress ?? [])).sort();
}

/** Addresses by name, of all A records in the zone. */
async function listed(): Promise<Record<string, string[]>> {
  const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
  return Object.fromEntries(
    ResourceRecordSets.filter(({ Type }) => Type === 'A').map(({ Name = '', ResourceRecords = [] }) => [
      Name.replace(/\.$/, ''),
      ResourceRecords.map(({ Value = '' }) => Value).sort(),
    ]),
  );
}

const run = async () => {
  proxy.reset();
  const { error } = await handler.run({ source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Launch Successful' });
  return error;
};

test(
  'the record follows the group up and down, in one write each, and a look that finds all well is three calls and no write',
  async () => {
    expect(await run()).toBeUndefined();
    const first = await addressesOfGroup();
    expect(first).toHaveLength(4);
    expect(await listed()).toEqual({ [NAME]: first });

    expect(await run()).toBeUndefined();
    expect(proxy.calls.map(({ action }) => action)).toEqual(['GET rrset', 'DescribeAutoScalingGroups', 'DescribeInstances']);

    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: 6 }));
    expect(await run()).toBeUndefined();
    expect(await listed()).toEqual({ [NAME]: await addressesOfGroup() });

    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: 5 }));
    expect(await run()).toBeUndefined();
    expect(await listed()).toEqual({ [NAME]: await addressesOfGroup() });

    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: 0 }));
    const before = await listed();
    expect(await run()).toBeUndefined();
    expect(await listed()).toEqual(before);
  },
  TIMEOUT_MS,
);

test(
  'whatever an event says, also twice and in any order, the record is that of the group afterwards',
  async () => {
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: 3 }));
    const corpus = [
      { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Launch Successful', detail: { EC2InstanceId: 'i-1' } },
      { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Terminate Successful', detail: { EC2InstanceId: 'i-2' } },
      {
        source: 'aws.autoscaling',
        'detail-type': 'EC2 Instance-terminate Lifecycle Action',
        detail: { LifecycleActionToken: 't' },
      },
      { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{"Event":"autoscaling:TEST_NOTIFICATION"}' } }] },
      { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Launch Successful', det: 'cut off' },
      { RequestType: undefined },
      null,
    ];

    for (const event of [...corpus, ...[...corpus].reverse()]) {
      const { error } = await handler.run(event);
      expect(error).toBeUndefined();
    }

    expect(await listed()).toEqual({ [NAME]: await addressesOfGroup() });
  },
  TIMEOUT_MS,
);

test(
  'the record of a group that is no target any more goes when CloudFormation deletes the resource of before',
  async () => {
    await run();
    const old = 'targets-old.edge.proxy-fleet.internal';
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: {
          Changes: [
            { Action: 'CREATE', ResourceRecordSet: { Name: old, Type: 'A', TTL: 10, ResourceRecords: [{ Value: '10.9.9.8' }] } },
          ],
        },
      }),
    );
    const answers: { PhysicalResourceId?: string }[] = [];
    const port = await listen((request, response) => {
      void json(request).then((body) => {
        answers.push(body as (typeof answers)[number]);
        response.end();
      });
    });
    const common = {
      ResponseURL: `http://127.0.0.1:${port}/`,
      StackId: 'stack',
      RequestId: 'request',
      LogicalResourceId: 'Records',
    };
    const before = `${zoneId}/before`;

    await handler.run({ ...common, RequestType: 'Update', PhysicalResourceId: before });
    expect(Object.keys(await listed()).sort()).toEqual([NAME, old]);

    await handler.run({ ...common, RequestType: 'Delete', PhysicalResourceId: before });
    expect(Object.keys(await listed())).toEqual([NAME]);
    expect(answers).toEqual([
      expect.objectContaining({
        Status: 'SUCCESS',
        PhysicalResourceId: expect.stringMatching(new RegExp(`^${zoneId}/[0-9a-f]{12}$`)),
      }),
      expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: before }),
    ]);
  },
  TIMEOUT_MS,
);

test(
  'what others have written stays, and EC2 and Auto Scaling may refuse for a while',
  async () => {
    await autoScaling.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: GROUP, DesiredCapacity: 2 }));
    const foreign = {
      Name: 'by-hand.edge.proxy-fleet.internal',
      Type: 'A' as const,
      TTL: 60,
      ResourceRecords: [{ Value: '10.9.9.9' }],
    };
    await route53.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: foreign }] },
      }),
    );
    proxy.inject(
      { action: 'DescribeAutoScalingGroups', kind: 'throttled', times: 1 },
      { action: 'DescribeInstances', kind: 'error', times: 1 },
    );

    const { error } = await handler.run({});
    for (let more = 0; more < 3; more++) await run();

    expect(error).toBeUndefined();
    expect(await listed()).toEqual({ 'by-hand.edge.proxy-fleet.internal': ['10.9.9.9'], [NAME]: await addressesOfGroup() });
  },
  TIMEOUT_MS,
);
