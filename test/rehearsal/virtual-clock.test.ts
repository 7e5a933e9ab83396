import { VirtualClock } from './virtual-clock';

test('wakes sleepers in the order of their time, and each sees its own', async () => {
  const clock = new VirtualClock();
  const woken: string[] = [];
  const sleeper = async (name: string, times: number[]) => {
    for (const time of times) {
      await clock.sleep(time);
      woken.push(`${name}@${clock.now()}`);
    }
  };
  void sleeper('a', [10, 20]);
  void sleeper('b', [15, 1]);

  await clock.advance(29);

  expect(woken).toEqual(['a@10', 'b@15', 'b@16']);
  expect(clock.now()).toBe(29);
  await clock.advance(1);
  expect(woken).toContain('a@30');
});

test('an aborted sleeper wakes without time passing and is forgotten', async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const asleep = clock.sleep(1_000, abort.signal);
  expect(clock.sleeping).toBe(1);

  abort.abort();
  await asleep;

  expect(clock.now()).toBe(0);
  expect(clock.sleeping).toBe(0);
});
