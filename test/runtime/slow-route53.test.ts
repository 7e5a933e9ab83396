/** Changes of the record function that take Route 53 longer than one look waits. */
import { recordsStage } from './records-stage';

/** Every change is everywhere after so many seconds. */
function slowStage(seconds: number) {
  const stage = recordsStage({}, { propagation: { min: seconds, max: seconds } });
  const { calls, completed, serve, time } = stage;
  const began = time.elapsed();
  const past = () => (time.elapsed() - began) / 1000;
  return {
    ...stage,
    past,
    changes: () => calls.filter((call) => call === 'change').length,
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
  failWith((call) => (call === 'sync' ? new Error('NoSuchChange') : undefined));
  await serve();
  failWith(() => undefined);
  await untilCompleted();

  expect(completed).toEqual(['i-1']);
  expect(changes()).toBe(2);
});

test('the health check of a record that goes stays until the record is nowhere', async () => {
  const { checks, members, past, serve, sweep } = slowStage(200);
  members.set('i-1', 'InService').set('i-2', 'InService');
  while (past() < 300) await sweep();
  members.set('i-1', 'Terminating:Wait');
  await serve();
  await serve();

  expect(checks()).toHaveLength(2);
  await serve();
  expect(checks()).toHaveLength(1);
});
