/** Changes of the record function that take Route 53 longer than one look waits. */
import { recordsStage } from './records-stage';

/** Every change is everywhere after so many seconds. */
function slowStage(seconds: number) {
  const stage = recordsStage({}, { propagation: { min: seconds, max: seconds } });
  const { completed, log, serve, time } = stage;
  const began = time.elapsed();
  const past = () => (time.elapsed() - began) / 1000;
  return {
    ...stage,
    past,
    changes: () => log.filter(({ event }) => event === 'changed').length,
    /** Looks, one after the other. */
    untilCompleted: async () => {
      while (completed.length === 0 && past() < 1000) await serve();
    },
  };
}

test('one that takes minutes is written once, and the launch ends when it is everywhere', async () => {
  const { changes, completed, members, past, serve, untilCompleted } = slowStage(200);
  members.set('i-1', 'Pending:Wait');
  expect(await serve({ live: 'i-1' })).toMatchObject({ settled: false });
  expect(completed).toEqual([]);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(past()).toBeLessThan(210);
  await serve();
  expect(changes()).toBe(1);
});

test('one that Route 53 has forgotten is written once more', async () => {
  const { changes, completed, failWith, members, serve, untilCompleted } = slowStage(100);
  members.set('i-1', 'Pending:Wait');
  await serve({ live: 'i-1' });
  const forgotten = Object.assign(new Error('made up'), { name: 'NoSuchChange' });
  failWith((call) => (call === 'sync' ? forgotten : undefined));
  await serve();
  failWith(() => undefined);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(changes()).toBe(2);
});

test('one about which Route 53 gives no answer for a while is not written again', async () => {
  const { changes, completed, failWith, members, serve, untilCompleted } = slowStage(100);
  members.set('i-1', 'Pending:Wait');
  failWith((call) => (call === 'sync' ? new Error('made up') : undefined));
  await serve({ live: 'i-1' });
  await serve();
  failWith(() => undefined);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(changes()).toBe(1);
});

test('one that is everywhere is not written again because the hook could not be completed', async () => {
  const { changes, completed, members, ports, serve, untilCompleted } = slowStage(10);
  const { completeLaunch } = ports.group;
  let failures = 1;
  Object.assign(ports.group, {
    completeLaunch: async (instance: Parameters<typeof completeLaunch>[0]) => {
      if (failures-- > 0) throw new Error('made up');
      return completeLaunch(instance);
    },
  });
  members.set('i-1', 'Pending:Wait');
  await serve({ live: 'i-1' }).catch(() => undefined);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(changes()).toBe(1);
});

test('what a look left is not lost when the next one of the run fails', async () => {
  const { ask, changes, completed, failWith, members, time, untilCompleted } = slowStage(200);
  members.set('i-1', 'Pending:Wait');
  const first = ask({ live: 'i-1' }).catch((error: Error) => error.message);
  await time.pass(10_000);
  await ask();
  failWith((call) => (call === 'group' ? new Error('made up') : undefined));
  expect(await time.settle(first)).toBe('made up');
  failWith(() => undefined);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(changes()).toBe(1);
});

test('the health check of a record that goes stays until the record is nowhere, and no look waits for that', async () => {
  const { checks, members, past, serve, sweep } = slowStage(200);
  members.set('i-1', 'InService').set('i-2', 'InService');
  while (past() < 300) await sweep();
  members.set('i-1', 'Terminating:Wait');
  await serve();
  const before = past();
  await serve();
  expect(past() - before).toBeLessThan(1);
  expect(checks()).toHaveLength(2);
  await sweep();
  await sweep();

  expect(checks()).toHaveLength(1);
});
