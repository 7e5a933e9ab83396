/**
 * What holds for the bundled record function, unmodified, over the real SDK: instances and the table are moto's, Route 53 is that of whoever
 * is given, and only the group's waits are played.
 */
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateHostedZoneCommand,
  ListHealthChecksCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  Route53Client,
} from '@aws-sdk/client-route-53';
import { RECORDS_ENV, type RecordsTopology } from '../../lib/private/records-contract';
import { closeServers, listen } from '../runtime/local-server';
import { temporaryDirectory } from '../templates/synth';
import type { EmulatorProcess } from './emulator-process';
import { FaultProxy } from './fault-proxy';
import { GroupFront } from './group-front';
import { HandlerProcess } from './handler-process';
import { type Moto, REGION, startMoto } from './moto';

const TIMEOUT_MS = 60_000;
const TAG = { key: 'proxy-fleet', value: 'Stack/Edge' };
const TABLE = 'records';
const NAME = 'www.example.com';
const CHECK = { Type: 'HTTP' as const, Port: 8404, ResourcePath: '/healthz', RequestInterval: 10, FailureThreshold: 3 };

/** @param startRoute53 starts another Route 53 than moto's */
export function recordFunctionSuite(startRoute53?: (directory: string) => Promise<EmulatorProcess>): void {
  const directory = temporaryDirectory();
  let other: EmulatorProcess | undefined;
  let moto: Moto;
  let ec2: EC2Client;
  let route53: Route53Client;
  let dynamo: DynamoDBClient;
  let front: GroupFront;
  let proxy: FaultProxy;
  let handlers: HandlerProcess[];
  let zoneId: string;

  beforeAll(async () => {
    moto = await startMoto(directory);
    other = await startRoute53?.(directory);
    const route53Endpoint = other ? `http://127.0.0.1:${other.port}` : moto.endpoint;
    const options = { endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
    ec2 = new EC2Client(options);
    route53 = new Route53Client({ ...options, endpoint: route53Endpoint });
    dynamo = new DynamoDBClient(options);
    await dynamo.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference: 'test' }));
    zoneId = HostedZone?.Id?.replace('/hostedzone/', '') ?? '';
    front = await GroupFront.start(moto.endpoint, 'Edge-Group', TAG, route53Endpoint);
    proxy = await FaultProxy.start(front.endpoint);
    const topology: RecordsTopology = {
      fleet: 'Stack/Edge',
      tag: TAG,
      owner: 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Stack/uuid Stack/Edge',
      families: ['A'],
      probes: [],
      names: [{ hostedZoneId: zoneId, recordName: NAME, ttl: 60, check: CHECK }],
    };
    const environment = {
      ...moto.environment,
      AWS_ENDPOINT_URL: proxy.endpoint,
      [RECORDS_ENV.topology]: JSON.stringify(topology),
      [RECORDS_ENV.table]: TABLE,
    };
    handlers = Array.from({ length: 3 }, () => new HandlerProcess('instance-records', environment));
  }, TIMEOUT_MS);

  afterAll(async () => {
    await closeServers();
    await Promise.all((handlers ?? []).map((handler) => handler.stop()));
    await proxy?.stop();
    await front?.stop();
    for (const client of [ec2, route53, dynamo]) client?.destroy();
    await other?.stop();
    await moto?.stop();
  });

  beforeEach(() => proxy.reset());

  const launch = (state?: string) => front.launch(ec2, state);

  async function end(instanceId: string): Promise<void> {
    front.members.delete(instanceId);
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  }

  async function addressOf(instanceId: string): Promise<string> {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return Reservations?.[0]?.Instances?.[0]?.PublicIpAddress ?? '';
  }

  /** Addresses of the name, each with its health check's. */
  async function published(): Promise<Record<string, string | undefined>> {
    const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
    const checks = await healthChecks();
    return Object.fromEntries(
      ResourceRecordSets.filter(({ Type }) => Type === 'A').map(({ ResourceRecords, HealthCheckId }) => [
        ResourceRecords?.[0]?.Value ?? '',
        checks.find(({ Id }) => Id === HealthCheckId)?.HealthCheckConfig?.IPAddress,
      ]),
    );
  }

  async function healthChecks() {
    return (await route53.send(new ListHealthChecksCommand({}))).HealthChecks ?? [];
  }

  const expected = async (...ids: string[]) => {
    const addresses = await Promise.all(ids.map(addressOf));
    return Object.fromEntries(addresses.map((address) => [address, address]));
  };

  const run = (event: object = { 'detail-type': 'Scheduled Event' }, handler = 0) =>
    (handlers[handler] as HandlerProcess).run(event);

  test(
    'one launch adds five calls to the six of a look at all that is well, four of them beside the lease, and none that changes DNS',
    async () => {
      const instanceId = await launch();
      const first = await run({ instanceId });
      // Another Route 53 is not in sync at once, and is asked again.
      const calls = proxy.calls.map(({ action }) => action).filter((action, index, all) => action !== all[index - 1]);
      proxy.reset();
      const sweep = await run();

      expect(first.error).toBeUndefined();
      expect(first.value).toEqual({ settled: true, reason: 'it has its records' });
      expect(calls).toEqual([
        'UpdateItem',
        'DescribeAutoScalingGroups',
        'DescribeInstances',
        'GET rrset',
        'GET healthcheck',
        'POST healthcheck',
        'POST tags',
        'POST rrset',
        'GET change',
        'CompleteLifecycleAction',
        'UpdateItem',
      ]);
      expect(front.members.get(instanceId)).toBe('InService');
      expect(await published()).toEqual(await expected(instanceId));
      const [check] = await healthChecks();
      expect(check?.HealthCheckConfig).toMatchObject(CHECK);
      const { ResourceTagSet } = await route53.send(
        new ListTagsForResourceCommand({ ResourceType: 'healthcheck', ResourceId: check?.Id ?? '' }),
      );
      expect(ResourceTagSet?.Tags).toEqual(
        expect.arrayContaining([
          { Key: 'proxy-fleet', Value: 'Stack/Edge' },
          { Key: 'Name', Value: `${instanceId} ${NAME}` },
        ]),
      );
      expect(proxy.calls.map(({ action }) => action)).toEqual([
        'UpdateItem',
        'DescribeAutoScalingGroups',
        'DescribeInstances',
        'GET rrset',
        'GET healthcheck',
        'UpdateItem',
      ]);
      const metrics = sweep.lines.map((line) => JSON.parse(line)).find((line) => '_aws' in line);
      expect(metrics).toMatchObject({ Fleet: 'Stack/Edge', InstancesWithoutAddress: 0 });
      await end(instanceId);
    },
    TIMEOUT_MS,
  );

  test(
    'functions that meet change DNS one after the other, and the one that is at it does the work of all',
    async () => {
      const ids = [await launch(), await launch(), await launch()];
      const answers = await Promise.all(ids.map((instanceId, index) => run({ instanceId }, index)));
      expect(answers.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);

      for (const instanceId of ids) expect((await run({ instanceId })).value).toMatchObject({ settled: true });
      expect(await published()).toEqual(await expected(...ids));
      // Each was made once: that of the test before went with its record.
      expect(await healthChecks()).toHaveLength(3);
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: TABLE, Key: { id: { S: 'records' } } }));
      expect(Object.keys(Item ?? {})).not.toEqual(expect.arrayContaining(['run']));
      for (const id of ids) await end(id);
    },
    TIMEOUT_MS,
  );

  const CORPUS = (instanceId: string) => [
    { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Launch Successful', detail: { EC2InstanceId: instanceId } },
    { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Terminate Successful', detail: { EC2InstanceId: instanceId } },
    {
      source: 'aws.autoscaling',
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      detail: { LifecycleActionToken: 't' },
    },
    { source: 'aws.ec2', 'detail-type': 'EC2 Spot Instance Interruption Warning', detail: { 'instance-id': 'i-stranger' } },
    { source: 'aws.ec2', 'detail-type': 'EC2 Spot Instance Interruption Warning' },
    { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{"Event":"autoscaling:TEST_NOTIFICATION"}' } }] },
    { source: 'aws.autoscaling', 'detail-type': 'EC2 Instance Launch Successful', det: 'cut off' },
    {},
  ];

  test(
    'whatever events say, also twice and in any order, DNS is that of the group afterwards',
    async () => {
      const [stays, goes] = [await launch('InService'), await launch('InService')];
      await run();
      await end(goes);
      const events = [...CORPUS(stays), ...CORPUS(goes).reverse()];
      for (const event of events) expect((await run(event)).error).toBeUndefined();

      expect(await published()).toEqual(await expected(stays));
      await run({ 'detail-type': 'EC2 Spot Instance Interruption Warning', detail: { 'instance-id': stays } });
      // The last one stays, whatever becomes of it.
      expect(await published()).toEqual(await expected(stays));
      await end(stays);
    },
    TIMEOUT_MS,
  );

  test.each([
    'UpdateItem',
    'DescribeInstances',
    'GET rrset',
    'POST healthcheck',
    'POST tags',
    'POST rrset',
    'GET change',
    'CompleteLifecycleAction',
  ])(
    'a launch during which %s fails and is lost in turn ends well, with one record and one health check',
    async (action) => {
      const instanceId = await launch();
      for (const kind of ['error', 'lost', 'throttled'] as const) {
        proxy.inject({ action, kind, times: 3 });
        await run({ instanceId });
      }
      proxy.reset();
      let settled: unknown;
      for (let asked = 0; asked < 3 && settled !== true; asked++) {
        settled = ((await run({ instanceId })).value as { settled?: boolean } | undefined)?.settled;
      }
      expect(settled).toBe(true);
      expect((await run()).error).toBeUndefined();
      expect(await published()).toEqual(await expected(instanceId));
      expect(await healthChecks()).toHaveLength(1);
      await end(instanceId);
    },
    TIMEOUT_MS,
  );

  test(
    'a name that leaves the stack takes its records and health checks along once no instance is left',
    async () => {
      const instanceId = await launch('InService');
      await run();
      expect(await published()).toEqual(await expected(instanceId));
      const answers: unknown[] = [];
      const port = await listen((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += String(chunk);
        });
        request.on('end', () => {
          answers.push(JSON.parse(body));
          response.end();
        });
      });
      const event = {
        RequestType: 'Delete',
        ResponseURL: `http://127.0.0.1:${port}/answer`,
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Name',
        PhysicalResourceId: `${zoneId}/${NAME}`,
        ResourceProperties: { HostedZoneId: zoneId, RecordName: NAME },
      };
      expect((await run(event)).error).toBeUndefined();
      expect(await published()).toEqual(await expected(instanceId));

      await end(instanceId);
      expect((await run(event)).error).toBeUndefined();

      const success = expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: `${zoneId}/${NAME}` });
      expect(answers).toEqual([success, success]);
      expect(await published()).toEqual({});
      expect(await healthChecks()).toEqual([]);
    },
    TIMEOUT_MS,
  );
}
