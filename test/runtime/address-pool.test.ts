/** The address function's use case against a group and a pool that AWS might have: what is so afterwards, and what it took. */
import { PoolFailed, serveAddresses } from '../../runtime/address-pool';
import { FakePool } from './fake-pool';
import { VirtualTime } from './virtual-time';

function stage(size: number) {
  const time = new VirtualTime();
  const pool = new FakePool(time, size);
  const serve = (live?: string) => time.settle(serveAddresses(pool.ports, pool.topology, live));
  return { time, pool, serve };
}

test('a live instance gets an address, then comes into service: five calls', async () => {
  const { pool, serve } = stage(3);
  pool.launch('i-1');

  const summary = await serve('i-1');

  expect(summary).toEqual({ settled: true, reason: `it has ${pool.addressOf('i-1')}`, free: 2, waiting: 0 });
  expect(pool.stateOf('i-1')).toBe('InService');
  expect(pool.calls.map((call) => call.split(' ')[0])).toEqual(['instances', 'addresses', 'claim', 'addresses', 'complete']);
});

test('asking again changes nothing', async () => {
  const { pool, serve } = stage(3);
  pool.launch('i-1');
  await serve('i-1');
  const address = pool.addressOf('i-1');
  pool.calls.length = 0;

  expect(await serve('i-1')).toMatchObject({ settled: true });
  expect(pool.addressOf('i-1')).toBe(address);
  expect(pool.calls).toEqual(['instances', 'addresses']);
});

test('a look at all that finds all well makes two calls and no change', async () => {
  const { pool, serve } = stage(100);
  for (let index = 0; index < 90; index++) {
    pool.launch(`i-${index}`, 'InService');
    pool.holders.set(`eipalloc-${index + 1}`, `i-${index}`);
  }

  expect(await serve()).toMatchObject({ settled: true, free: 10, waiting: 0 });
  expect(pool.calls).toEqual(['instances', 'addresses']);
});

test('one that lost its address in service gets another without being asked, and one that only boots gets none', async () => {
  const { pool, serve } = stage(2);
  pool.launch('i-1', 'InService');
  pool.launch('i-2');

  expect(await serve()).toMatchObject({ free: 1, waiting: 0 });
  expect([pool.addressOf('i-1'), pool.addressOf('i-2')]).toEqual([expect.any(String), undefined]);
  expect(pool.stateOf('i-2')).toBe('Pending:Wait');
});

test('a look at all completes the launch that a run before left behind', async () => {
  const { pool, serve } = stage(2);
  pool.launch('i-1');
  pool.fault = (call) => (call.startsWith('complete') ? new Error('made up') : undefined);
  await expect(serve('i-1')).rejects.toThrow('made up');
  pool.fault = () => undefined;

  await serve();

  expect(pool.stateOf('i-1')).toBe('InService');
});

test('without a free address it waits, and gets the one of an instance that ends', async () => {
  const { pool, serve } = stage(2);
  for (const name of ['i-1', 'i-2']) {
    pool.launch(name);
    await serve(name);
  }
  pool.launch('i-3');

  expect(await serve('i-3')).toEqual({ settled: false, reason: 'no address of the pool is free', free: 0, waiting: 1 });
  expect(pool.stateOf('i-3')).toBe('Pending:Wait');

  const freed = pool.addressOf('i-1');
  pool.end('i-1');
  expect(await serve('i-3')).toMatchObject({ settled: true, reason: `it has ${freed}` });
});

test('a claim that EC2 shows late is waited for and not made twice', async () => {
  const { pool, serve } = stage(3);
  pool.lagMs = 900;
  pool.launch('i-1');

  expect(await serve('i-1')).toMatchObject({ settled: true });
  expect(pool.count('claim')).toBe(1);
});

test('fifty that ask at the same time have fifty addresses', async () => {
  const { time, pool } = stage(55);
  const names = Array.from({ length: 50 }, (_, index) => `i-${index}`);
  for (const name of names) pool.launch(name);

  const asking = names.map((name) => serveAddresses(pool.ports, pool.topology, name));
  const answers = await time.settle(Promise.all(asking));

  expect(answers.filter(({ settled }) => settled)).toHaveLength(50);
  expect(new Set(names.map((name) => pool.addressOf(name))).size).toBe(50);
  expect(names.map((name) => pool.stateOf(name))).toEqual(names.map(() => 'InService'));
});

test('a parked instance of a warm pool is let go without an address, and gets one when it is to serve', async () => {
  const { pool, serve } = stage(2);
  pool.launch('i-1', 'Warmed:Pending:Wait');

  expect(await serve('i-1')).toMatchObject({ settled: true, reason: 'it is in the warm pool' });
  expect([pool.stateOf('i-1'), pool.addressOf('i-1')]).toEqual(['Warmed:Stopped', undefined]);

  pool.launch('i-1', 'Pending:Wait');
  expect(await serve('i-1')).toMatchObject({ settled: true });
  expect(pool.addressOf('i-1')).toBeDefined();
});

test('an instance that no group of the fleet has gets nothing', async () => {
  const { pool, serve } = stage(2);

  expect(await serve('i-9')).toMatchObject({ settled: false, reason: 'no group of the fleet has it' });
  expect(pool.count('claim')).toBe(0);
});

test('EC2 may fail for a while; a claim that never goes through is an error that tells what was seen', async () => {
  const { pool, serve } = stage(2);
  pool.launch('i-1');
  let failures = 3;
  pool.fault = (call) => (call.startsWith('claim') && failures-- > 0 ? new Error('made up') : undefined);
  expect(await serve('i-1')).toMatchObject({ settled: true });

  pool.launch('i-2', 'InService');
  failures = Number.POSITIVE_INFINITY;
  const failed = serve();

  await expect(failed).rejects.toThrow(/i-2 did not get eipalloc-\d \(Error: made up\)/);
  await expect(failed).rejects.toBeInstanceOf(PoolFailed);
  await expect(failed).rejects.toMatchObject({ summary: { free: 1, waiting: 1 } });
});

test('the failure of one instance is none of the others', async () => {
  const { pool, serve } = stage(3);
  pool.launch('i-1', 'InService');
  pool.launch('i-2', 'InService');
  pool.fault = (call) => (/claim .* i-1/.test(call) ? new Error('made up') : undefined);

  await expect(serve()).rejects.toThrow('i-1 did not get');
  expect([pool.addressOf('i-1'), pool.addressOf('i-2')]).toEqual([undefined, expect.any(String)]);
});

test('an instance in service that one look shows without its address keeps it: an answer may be old', async () => {
  const { pool, serve, time } = stage(3);
  pool.launch('i-1');
  await serve('i-1');
  const address = pool.addressOf('i-1');
  await time.pass(1000);
  // As old as a moment before the claim, once.
  const ages = [2000];
  pool.staleMs = () => ages.shift() ?? 0;
  pool.calls.length = 0;

  expect(await serve()).toMatchObject({ waiting: 0 });
  expect([pool.addressOf('i-1'), pool.count('addresses'), pool.count('claim')]).toEqual([address, 2, 0]);
});
