/** The bundled address function, unmodified, over the real SDK: addresses and instances are moto's, only the group's waits are played. */
import {
  AllocateAddressCommand,
  DescribeAddressesCommand,
  DisassociateAddressCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { POOL_ENV, type PoolTopology } from '../../lib/private/pool-contract';
import { temporaryDirectory } from '../templates/synth';
import { FaultProxy } from './fault-proxy';
import { GroupFront } from './group-front';
import { HandlerProcess } from './handler-process';
import { type Moto, REGION, startMoto } from './moto';

const TIMEOUT_MS = 60_000;
const SIZE = 4;
const TAG = { key: 'proxy-fleet', value: 'Stack/Edge' };

const directory = temporaryDirectory();
let moto: Moto;
let ec2: EC2Client;
let front: GroupFront;
let proxy: FaultProxy;
let handlers: HandlerProcess[];
let allocationIds: string[];

beforeAll(async () => {
  moto = await startMoto(directory);
  ec2 = new EC2Client({ endpoint: moto.endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });
  const TagSpecifications = [{ ResourceType: 'elastic-ip' as const, Tags: [{ Key: TAG.key, Value: TAG.value }] }];
  const made = await Promise.all(
    Array.from({ length: SIZE }, () => ec2.send(new AllocateAddressCommand({ Domain: 'vpc', TagSpecifications }))),
  );
  allocationIds = made.map(({ AllocationId = '' }) => AllocationId);
  front = await GroupFront.start(moto.endpoint, 'Edge-Group', TAG);
  proxy = await FaultProxy.start(front.endpoint);
  const topology: PoolTopology = { fleet: 'Stack/Edge', tag: TAG, allocationIds };
  const environment = { ...moto.environment, AWS_ENDPOINT_URL: proxy.endpoint, [POOL_ENV]: JSON.stringify(topology) };
  handlers = Array.from({ length: 3 }, () => new HandlerProcess('address-pool', environment));
}, TIMEOUT_MS);

afterAll(async () => {
  await Promise.all((handlers ?? []).map((handler) => handler.stop()));
  await proxy?.stop();
  await front?.stop();
  ec2?.destroy();
  await moto?.stop();
});

beforeEach(() => proxy.reset());

const launch = (state?: string) => front.launch(ec2, state);

async function end(instanceId: string): Promise<void> {
  front.members.delete(instanceId);
  const allocation = Object.entries(await holders()).find(([, holder]) => holder === instanceId)?.[0];
  // EC2 does so by itself.
  const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: allocation ? [allocation] : [] }));
  if (allocation) await ec2.send(new DisassociateAddressCommand({ AssociationId: Addresses?.[0]?.AssociationId }));
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
}

async function holders(): Promise<Record<string, string | undefined>> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: allocationIds }));
  return Object.fromEntries(Addresses.map(({ AllocationId = '', InstanceId }) => [AllocationId, InstanceId || undefined]));
}

const isWith = async (instanceId: string) => Object.values(await holders()).filter((holder) => holder === instanceId).length;
const ask = async (instanceId?: string, handler = 0) => {
  const run = await (handlers[handler] as HandlerProcess).run(
    instanceId === undefined ? { source: 'aws.events' } : { instanceId },
  );
  const metrics = run.lines.map((line) => JSON.parse(line)).find((line) => '_aws' in line);
  return { ...run, metrics };
};

test(
  'one launch takes five calls, a second question two, and a look at all that is well two and no change',
  async () => {
    const instanceId = await launch();

    const first = await ask(instanceId);
    const calls = proxy.calls.map(({ action }) => action);
    proxy.reset();
    const second = await ask(instanceId);
    const sweep = await ask();

    expect(first.error).toBeUndefined();
    expect(first.value).toEqual({ settled: true, reason: expect.stringMatching(/^it has eipalloc-/) });
    expect(calls).toEqual([
      'DescribeAutoScalingGroups',
      'DescribeAddresses',
      'AssociateAddress',
      'DescribeAddresses',
      'CompleteLifecycleAction',
    ]);
    expect([front.members.get(instanceId), await isWith(instanceId)]).toEqual(['InService', 1]);
    expect(second.value).toEqual(first.value);
    expect(sweep.value).toMatchObject({ settled: true });
    expect(proxy.calls.map(({ action }) => action)).toEqual([
      'DescribeAutoScalingGroups',
      'DescribeAddresses',
      'DescribeAutoScalingGroups',
      'DescribeAddresses',
    ]);
    expect(sweep.metrics).toMatchObject({ Fleet: 'Stack/Edge', FreeAddresses: SIZE - 1, InstancesWithoutAddress: 0 });
    await end(instanceId);
  },
  TIMEOUT_MS,
);

test(
  'three that ask at the same time, in three processes, get three addresses; one too many waits for one that ends',
  async () => {
    const names = await Promise.all([launch(), launch(), launch()]);

    const answers = await Promise.all(names.map((name, index) => ask(name, index)));
    const fourth = await launch();
    await ask(fourth);
    const fifth = await launch();
    const waits = await ask(fifth);

    expect(answers.map(({ value }) => value)).toEqual(names.map(() => expect.objectContaining({ settled: true })));
    expect(new Set(Object.values(await holders()))).toEqual(new Set([...names, fourth]));
    expect(waits.value).toEqual({ settled: false, reason: 'no address of the pool is free' });
    expect(waits.metrics).toMatchObject({ FreeAddresses: 0, InstancesWithoutAddress: 1 });

    const [gone = ''] = names;
    await end(gone);
    expect((await ask(fifth)).value).toMatchObject({ settled: true });
    expect(front.members.get(fifth)).toBe('InService');
    for (const name of [...names.slice(1), fourth, fifth]) await end(name);
  },
  TIMEOUT_MS,
);

test(
  'calls that fail, are swallowed or done without an answer leave one address and one completed launch',
  async () => {
    const instanceId = await launch();
    proxy.inject(
      { action: 'DescribeAutoScalingGroups', kind: 'throttled', times: 1 },
      { action: 'AssociateAddress', kind: 'lost', times: 1 },
      { action: 'CompleteLifecycleAction', kind: 'lost', times: 1 },
    );

    const { value, error } = await ask(instanceId);

    expect([error, value]).toEqual([undefined, expect.objectContaining({ settled: true })]);
    expect([front.members.get(instanceId), await isWith(instanceId)]).toEqual(['InService', 1]);
    expect(front.completed.filter((each) => each.endsWith(instanceId))).toHaveLength(1);
    await end(instanceId);
  },
  TIMEOUT_MS,
);

test(
  'a parked instance is let go without an address',
  async () => {
    const instanceId = await launch();
    front.members.delete(instanceId);
    front.warm = new Map([[instanceId, 'Warmed:Pending:Wait']]);

    const { value } = await ask(instanceId);

    expect(value).toEqual({ settled: true, reason: 'it is in the warm pool' });
    expect([front.warm.get(instanceId), await isWith(instanceId)]).toEqual(['Warmed:Stopped', 0]);
    front.warm = undefined;
    await end(instanceId);
  },
  TIMEOUT_MS,
);

test(
  'whatever an event says that names no instance of the fleet, all in service have an address afterwards, and nobody else',
  async () => {
    const names = [await launch('InService'), await launch('InService')];
    const boots = await launch();
    const events = [
      undefined,
      null,
      {},
      { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} },
      { source: 'aws.autoscaling', detail: { EC2InstanceId: boots, LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' } },
      { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{"Event":"autoscaling:TEST_NOTIFICATION"}' } }] },
      { Event: 'autoscaling:TEST_NOTIFICATION', RequestId: 'r', AutoScalingGroupName: 'Edge-Group' },
      { instanceId: 'i-of-somebody-else' },
    ];

    for (const [index, event] of events.entries()) {
      const { error } = await (handlers[index % handlers.length] as HandlerProcess).run(event);
      expect(error).toBeUndefined();
    }

    expect(await Promise.all([...names, boots].map(isWith))).toEqual([1, 1, 0]);
    expect(front.members.get(boots)).toBe('Pending:Wait');
    for (const name of [...names, boots]) await end(name);
  },
  TIMEOUT_MS,
);

test(
  'a group with another tag is none of its business',
  async () => {
    const other = await GroupFront.start(moto.endpoint, 'Other-Group', { ...TAG, value: 'Stack/Other' });
    const topology: PoolTopology = { fleet: 'Stack/Edge', tag: TAG, allocationIds };
    const environment = { ...moto.environment, AWS_ENDPOINT_URL: other.endpoint, [POOL_ENV]: JSON.stringify(topology) };
    const handler = new HandlerProcess('address-pool', environment);
    other.members.set('i-stranger', 'Pending:Wait');

    const { value } = await handler.run({ instanceId: 'i-stranger' });

    expect(value).toEqual({ settled: false, reason: 'no group of the fleet has it' });
    await handler.stop();
    await other.stop();
  },
  TIMEOUT_MS,
);
