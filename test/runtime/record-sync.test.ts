/** The target function's use case, through its adapter of the AWS SDK, against the rehearsal's Route 53 with all its rules. */
import { ChangeResourceRecordSetsCommand, ListResourceRecordSetsCommand, Route53Client } from '@aws-sdk/client-route-53';
import { mockClient } from 'aws-sdk-client-mock';
import type { ChangeResourceRecordSetsInput, ListResourceRecordSetsInput } from '../../rehearsal/control-plane/api';
import { Route53Records } from '../../runtime/aws/route53-records';
import type { RecordEntry, RecordPorts, TargetGroups } from '../../runtime/ports';
import { makeRecords, pruneRecords, removeRecords, syncRecords } from '../../runtime/record-sync';
import { create, record, testPlane, ZONE } from '../rehearsal/control-plane/planes';
import { VirtualTime } from './virtual-time';

const GROUPS = ['app', 'api'].map((groupName) => ({ groupName, recordName: `targets-${groupName}.example.com` }));
const TOPOLOGY = { hostedZoneId: ZONE, groups: GROUPS };

function stage() {
  const time = new VirtualTime();
  const { plane } = testPlane({ clock: time });
  const calls: string[] = [];
  const log: RecordEntry[] = [];
  const instances = new Map<string, string[]>();
  const client = new Route53Client({ region: 'us-east-1' });
  const route53 = mockClient(client);
  route53.on(ListResourceRecordSetsCommand).callsFake((input: ListResourceRecordSetsInput) => {
    calls.push('list');
    return plane.listResourceRecordSets(input);
  });
  route53.on(ChangeResourceRecordSetsCommand).callsFake((input: ChangeResourceRecordSetsInput) => {
    calls.push('change');
    return plane.changeResourceRecordSets(input);
  });
  const groups: TargetGroups = {
    addresses: async () => {
      calls.push('groups');
      return new Map(instances);
    },
  };
  const ports: RecordPorts = {
    records: new Route53Records(client),
    groups,
    clock: time,
    log: { write: (entry) => log.push(entry) },
  };
  const listed = () =>
    Object.fromEntries(
      plane
        .listResourceRecordSets({ HostedZoneId: ZONE })
        .ResourceRecordSets.filter(({ Type }) => Type === 'A')
        .map(({ Name, ResourceRecords = [] }) => [
          Name.replace(/\.example\.com\.$/, ''),
          ResourceRecords.map(({ Value }) => Value),
        ]),
    );
  const sync = () => time.settle(syncRecords(ports, TOPOLOGY));
  return { time, plane, calls, log, instances, ports, listed, sync };
}

test('one batch for all groups, and when all is well no write: two looks', async () => {
  const { calls, instances, listed, sync, time } = stage();
  const fifty = Array.from({ length: 50 }, (_, index) => `10.0.0.${index}`);
  instances.set('app', fifty).set('api', ['10.0.1.1']);

  expect(await sync()).toEqual(GROUPS.map(({ recordName }) => recordName));
  expect(calls).toEqual(['list', 'groups', 'change']);
  expect(listed()).toEqual({ 'targets-app': [...fifty].sort(), 'targets-api': ['10.0.1.1'] });

  await time.pass(2000);
  calls.length = 0;
  expect(await sync()).toEqual([]);
  expect(calls).toEqual(['list', 'groups']);
});

test('an instance that goes leaves, the last ones stay, and a name that no group has any more goes once proxies are replaced', async () => {
  const { instances, listed, plane, ports, sync, time } = stage();
  plane.changeResourceRecordSets({
    HostedZoneId: ZONE,
    ChangeBatch: { Changes: [create(record('targets-old.example.com')), create(record('by-hand.example.com'))] },
  });
  await time.pass(2000);
  instances.set('app', ['10.0.0.1', '10.0.0.2']);
  await sync();
  await time.pass(2000);
  instances.set('app', ['10.0.0.2']);
  await sync();
  expect(Object.keys(listed()).sort()).toEqual(['by-hand', 'targets-app', 'targets-old']);
  await time.pass(2000);
  await time.settle(pruneRecords(ports, TOPOLOGY));
  expect(Object.keys(listed()).sort()).toEqual(['by-hand', 'targets-app']);
  expect(listed()['targets-app']).toEqual(['10.0.0.2']);

  await time.pass(2000);
  instances.set('app', []);
  expect(await sync()).toEqual([]);
  instances.delete('app');
  expect(await sync()).toEqual([]);
  expect(listed()['targets-app']).toEqual(['10.0.0.2']);
});

test('a run whose look has become old writes nothing of it: whoever looked later wins', async () => {
  const { instances, listed, log, ports, sync, time } = stage();
  instances.set('app', ['10.0.0.1']);
  await sync();
  await time.pass(2000);
  // The first run looks and is then held up; a second one looks and writes meanwhile.
  let held = false;
  let release = () => {};
  const slow: TargetGroups = {
    addresses: async (names) => {
      const seen = await ports.groups.addresses(names);
      if (!held) {
        held = true;
        await new Promise<void>((resolve) => {
          release = resolve;
        });
      }
      return seen;
    },
  };
  instances.set('app', ['10.0.0.1', '10.0.0.2']);
  const first = syncRecords({ ...ports, groups: slow }, TOPOLOGY);
  await time.pass(10);
  instances.set('app', ['10.0.0.3', '10.0.0.1']);
  await sync();
  await time.pass(2000);
  release();

  await time.settle(first);

  expect(log.map(({ event }) => event)).toContain('refused');
  expect(listed()['targets-app']).toEqual(['10.0.0.1', '10.0.0.3']);
});

test('one bad record holds up no other', async () => {
  const { instances, listed, log, ports, time } = stage();
  instances.set('app', ['not an address']).set('api', ['10.0.1.1']);

  const failed = syncRecords(ports, TOPOLOGY);
  const outcome = await time.settle(failed.catch((error: Error) => error.message));

  expect(outcome).toMatch(/^records of targets could not be changed: targets-app\.example\.com: Error: .*not an address/s);
  expect(listed()).toEqual({ 'targets-api': ['10.0.1.1'] });
  expect(log.filter(({ event }) => event === 'changed').map(({ names }) => names)).toEqual([['targets-api.example.com']]);
});

test('at deploy resolvers are told to forget soon that a name was not there, once', async () => {
  const { calls, instances, listed, plane, ports, time } = stage();
  const soa = () => plane.listResourceRecordSets({ HostedZoneId: ZONE }).ResourceRecordSets.find(({ Type }) => Type === 'SOA');
  const before = soa()?.ResourceRecords?.[0]?.Value ?? '';
  instances.set('app', ['10.0.0.1']);

  await time.settle(makeRecords(ports, TOPOLOGY));
  expect(soa()).toMatchObject({ TTL: 10, ResourceRecords: [{ Value: before.replace(/\d+$/, '10') }] });
  expect(listed()).toEqual({ 'targets-app': ['10.0.0.1'] });

  await time.pass(2000);
  calls.length = 0;
  await time.settle(makeRecords(ports, TOPOLOGY));
  expect(calls).toEqual(['list', 'list', 'groups']);
});

test('all records of ours are gone at the end, also one that a late run makes once more', async () => {
  const { instances, listed, plane, ports, sync, time } = stage();
  plane.changeResourceRecordSets({ HostedZoneId: ZONE, ChangeBatch: { Changes: [create(record('by-hand.example.com'))] } });
  await time.pass(2000);
  instances.set('app', ['10.0.0.1']).set('api', ['10.0.1.1']);
  await sync();
  await time.pass(2000);

  const removed = removeRecords(ports, TOPOLOGY);
  await time.pass(50_000);
  expect(Object.keys(listed())).toEqual(['by-hand']);
  void syncRecords(ports, TOPOLOGY);
  await time.pass(1000);
  expect(Object.keys(listed())).toContain('targets-app');

  await time.settle(removed);
  expect(Object.keys(listed())).toEqual(['by-hand']);
});

test('a removal that somebody undoes for ever is given up in time to say so', async () => {
  const { calls, instances, ports, sync, time } = stage();
  instances.set('app', ['10.0.0.1']);
  await sync();
  await time.pass(2000);

  const removed = removeRecords(ports, TOPOLOGY).catch((error: Error) => error.message);
  for (let minute = 0; minute < 50; minute++) {
    void syncRecords(ports, TOPOLOGY).catch(() => undefined);
    await time.pass(6000);
  }

  expect(await time.settle(removed)).toMatch(/^records of targets come back for 240 s: find out who makes them/);
  expect(calls.filter((call) => call === 'list').length).toBeLessThan(200);
});

test('of a very large group as many are named as a proxy could ever take up, always the same', async () => {
  const { instances, listed, sync, time } = stage();
  const all = Array.from({ length: 300 }, (_, index) => `10.0.${Math.floor(index / 200)}.${index % 200}`);
  instances.set('app', all);
  await sync();
  const first = listed()['targets-app'];
  await time.pass(2000);
  instances.set('app', [...all].reverse());

  expect(await sync()).toEqual([]);
  expect(first).toHaveLength(100);
});
