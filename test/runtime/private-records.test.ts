/** Private proxies: no health check reaches them, so observers look, and what they find dead leaves DNS. */
import type { Health } from '../../lib/private/takeover-contract';
import type { Note } from '../../runtime/instance-record-ports';
import { RecordsFailed, serveRecords } from '../../runtime/instance-records';
import type { Observation } from '../../runtime/ports';
import { addressOf, recordsStage, TOPOLOGY } from './records-stage';

const ZONES = ['a', 'b'];
/** The zone of an instance, in turn. */
const zoneOf = (id: string) => ZONES[Number(id.slice(2)) % 2];

function privateStage() {
  const [{ check, ...name }] = TOPOLOGY.names as [(typeof TOPOLOGY.names)[number]];
  const rig = recordsStage({ names: [name], probes: ZONES.map((zone) => ({ zone, functionName: `probe-${zone}` })) });
  const { ports, time, topology } = rig;
  /** What differs from ready, of an address as somebody in a zone sees it. */
  const health = new Map<string, Health>();
  const blind = new Set<string>();
  let looks = 0;
  const { hosts } = ports;
  Object.assign(ports, {
    hosts: {
      addresses: async (ids: string[]) =>
        new Map([...(await hosts.addresses(ids))].map(([id, host]) => [id, { ...host, zone: zoneOf(id) }])),
    },
    prober: {
      observe: async (addresses: string[]): Promise<Observation[]> => {
        looks++;
        return ZONES.filter((zone) => !blind.has(zone)).map((zone) => ({
          zone,
          health: Object.fromEntries(
            addresses.map((address) => [address, health.get(`${address} ${zone}`) ?? health.get(address) ?? 'ready']),
          ),
        }));
      },
    },
  });
  let runs = 0;
  const serve = (note: Note = {}) => time.settle(serveRecords(ports, topology, `run-${++runs}`, note));
  const sweep = async () => {
    await time.pass(60_000);
    return serve();
  };
  const see = (id: string, seen?: Health, zone = '') => {
    const key = `${addressOf(id)} ${zone}`.trim();
    if (seen === undefined) health.delete(key);
    else health.set(key, seen);
  };
  for (const id of ['i-1', 'i-2', 'i-3']) rig.members.set(id, 'InService');
  return { ...rig, serve, sweep, see, blind, looks: () => looks };
}

test('names lead to the proxies without a health check', async () => {
  const { calls, checks, published, serve } = privateStage();
  await serve();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
  expect(checks()).toEqual([]);
  expect(calls).not.toContain('createCheck');
});

test.each(['dead', 'live'] as const)('a proxy that is %s leaves the answers, and comes back when it is ready', async (health) => {
  const { published, serve, sweep, see } = privateStage();
  await serve();
  see('i-2', health);
  const { waiting } = await sweep();
  expect(published()).toEqual(['i-1', 'i-3']);
  expect(waiting).toBe(1);
  see('i-2');
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('one bad look is none', async () => {
  const { ports, published, serve, sweep, see, time } = privateStage();
  await serve();
  see('i-2', 'dead');
  const { sleep } = time;
  Object.assign(ports, {
    clock: {
      now: () => time.now(),
      elapsed: () => time.elapsed(),
      sleep: (ms: number) => {
        see('i-2');
        return sleep.call(time, ms);
      },
    },
  });
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('where nobody is ready those that live stay, and where nobody lives everybody does', async () => {
  const { published, serve, sweep, see } = privateStage();
  await serve();
  see('i-1', 'dead');
  see('i-2', 'live');
  see('i-3', 'live');
  await sweep();
  expect(published()).toEqual(['i-2', 'i-3']);
  see('i-2', 'dead');
  see('i-3', 'dead');
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('all of a zone that is gone leave in one look, however many they are', async () => {
  const { members, published, serve, sweep, see, blind } = privateStage();
  for (const id of ['i-5', 'i-7', 'i-9']) members.set(id, 'InService');
  await serve();
  blind.add('b');
  for (const id of ['i-1', 'i-3', 'i-5', 'i-7', 'i-9']) see(id, 'dead');
  await expect(sweep()).rejects.toThrow('the observer of b does not answer');
  expect(published()).toEqual(['i-2']);
});

test('a proxy that left comes back only when somebody finds it well', async () => {
  const { blind, published, serve, sweep, see } = privateStage();
  await serve();
  see('i-1', 'dead');
  await sweep();
  expect(published()).toEqual(['i-2', 'i-3']);
  for (const silent of [['a'], ['a', 'b']]) {
    blind.clear();
    for (const zone of silent) blind.add(zone);
    // The observer of its own zone proves nothing.
    await expect(sweep()).rejects.toThrow(RecordsFailed);
    expect(published()).toEqual(['i-2', 'i-3']);
  }
  blind.clear();
  see('i-1');
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('a zone that is cut off and sees itself alone convinces nobody', async () => {
  const { published, serve, sweep, see } = privateStage();
  await serve();
  // The observer of zone b sees the others not; that of zone a is well.
  see('i-2', 'dead', 'b');
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('the observer of a zone that is gone says nothing; what another zone finds dead there leaves', async () => {
  const { blind, published, serve, sweep, see } = privateStage();
  await serve();
  blind.add('b');
  see('i-1', 'dead');
  await expect(sweep()).rejects.toThrow('the observer of b does not answer, so dead proxies may stay');
  expect(published()).toEqual(['i-2', 'i-3']);
});

test('without any observer all stay, and somebody hears of it', async () => {
  const { blind, published, serve, sweep, see } = privateStage();
  await serve();
  see('i-1', 'dead');
  for (const zone of ZONES) blind.add(zone);
  await expect(sweep()).rejects.toThrow(RecordsFailed);
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('a new proxy without a target holds up nothing, and leaves the answers once it is in service', async () => {
  const { completed, members, published, serve, sweep, see } = privateStage();
  await serve();
  members.set('i-4', 'Pending:Wait');
  see('i-4', 'live');
  expect(await serve({ live: 'i-4' })).toMatchObject({ settled: true });
  expect(completed).toEqual(['i-4']);
  await sweep();
  expect(published()).toEqual(['i-1', 'i-2', 'i-3']);
});

test('a new proxy that no observer reaches waits, and hears why', async () => {
  const { completed, members, published, serve, see, unfit } = privateStage();
  await serve();
  members.set('i-4', 'Pending:Wait');
  see('i-4', 'dead');
  expect(await serve({ live: 'i-4' })).toMatchObject({ settled: false, reason: 'observers find it dead' });
  expect(unfit).toContainEqual({ event: 'unfit', instanceId: 'i-4', reason: 'dead' });
  expect(completed).toEqual([]);
  see('i-4');
  expect(await serve({ live: 'i-4' })).toMatchObject({ settled: true });
  expect(published()).toEqual(['i-1', 'i-2', 'i-3', 'i-4']);
});

test('who leaves is not looked at, and a fleet that is well is looked at once', async () => {
  const { looks, members, published, serve } = privateStage();
  await serve();
  expect(looks()).toBe(1);
  members.set('i-3', 'Terminating:Wait');
  await serve();
  expect(looks()).toBe(2);
  expect(published()).toEqual(['i-1', 'i-2']);
});
