import { Heartbeats } from '../../../../rehearsal/planes/heartbeats/heartbeats';
import { VirtualClock } from '../../virtual-clock';

async function rig() {
  const clock = new VirtualClock();
  const hints: number[] = [];
  const changes: string[] = [];
  const heartbeats = new Heartbeats({
    slots: ['1', '2', '3'],
    advertMs: 200,
    clock,
    onChange: ({ proxy, slot, state }) => changes.push(`${proxy} ${state} of ${slot}`),
    hint: async () => void hints.push(clock.now()),
  });
  heartbeats.start(() => true);
  await clock.advance(5000);
  changes.length = 0;
  hints.length = 0;
  return { clock, hints, changes, heartbeats };
}

test('a silent host is a hint within the bound, at the moment the backup fires', async () => {
  const { clock, hints, changes, heartbeats } = await rig();
  heartbeats.silence('1');
  await clock.advance(3000);

  expect(changes).toEqual(['2 master of 1']);
  expect(hints).toHaveLength(1);
  expect(hints[0]).toBeGreaterThan(5000 + 400);
  expect(hints[0]).toBeLessThan(5000 + 800);
  await heartbeats.stop();
});

test('many changes of one proxy are one hint at once and one at the end of each second', async () => {
  const { clock, hints, heartbeats } = await rig();
  heartbeats.cut('1');
  await clock.advance(5000);

  // The claims of proxy 1 in one window, and the claim of proxy 2 on slot 1.
  expect(hints.length).toBeGreaterThanOrEqual(2);
  expect(hints.length).toBeLessThanOrEqual(3);
  const before = hints.length;
  heartbeats.release('1');
  for (let flap = 0; flap < 8; flap++) {
    heartbeats.setHealth('1', flap % 2 === 1);
    await clock.advance(250);
  }
  await clock.advance(5000);
  expect(hints.length - before).toBeLessThanOrEqual(8);
  await heartbeats.stop();
});

test('what a dead host had not sent yet is not sent', async () => {
  const { clock, hints, heartbeats } = await rig();
  heartbeats.setHealth('3', false);
  await clock.advance(10);
  heartbeats.setHealth('3', true);
  heartbeats.silence('1');
  heartbeats.silence('2');
  heartbeats.silence('3');
  await clock.advance(5000);

  expect(hints).toHaveLength(1);
  await heartbeats.stop();
});

test('a host that is back takes its slot back, and so does one that ended in good order or was frozen', async () => {
  const { clock, heartbeats } = await rig();
  for (const [leave, back] of [
    [() => heartbeats.silence('1'), () => heartbeats.revive('1', true)],
    [() => heartbeats.end('1'), () => heartbeats.revive('1', true)],
    [() => heartbeats.freeze('1'), () => heartbeats.release('1')],
  ] as const) {
    leave();
    await clock.advance(2000);
    expect(heartbeats.stateOf('2', '1')).toBe('master');
    back();
    await clock.advance(2000);
    expect(heartbeats.settled).toBe(true);
  }
  await heartbeats.stop();
});
