/** Private proxies: no health check reaches them, so observers look, and what they find dead leaves DNS. */
import { RecordsFailed } from '../../runtime/instance-records';
import { privateStage as emptyStage, ZONES } from './private-stage';

/** With three instances in service. */
function privateStage() {
  const stage = emptyStage();
  for (const id of ['i-1', 'i-2', 'i-3']) stage.members.set(id, 'InService');
  return stage;
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
