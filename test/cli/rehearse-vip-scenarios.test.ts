/** What else happens to virtual IPs, in real time. */
import { assembly } from '../rehearsal/fleet-template';
import { handMade, publishVirtualIps, retell, written } from '../rehearsal/heartbeat-template';
import { endTurn, TURN_MS, takeTurn } from './turn';
import { beating, client, figure, play } from './vip-play';

const three = assembly(['Pool'], undefined, { virtualIps: 3 }).directory;
const pool = written(
  retell(publishVirtualIps(handMade(three, 'Pool')), ({ virtualIps }) =>
    virtualIps.forEach((each, index) => void Object.assign(each, { home: String(index + 1) })),
  ),
);

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

test('vip-hang: only the watchdog of the template can tell, and does', async () => {
  const played = await play(beating, 'vip-hang');

  expect(played.status).toBe(0);
  expect(played.run.events.map(({ text }) => text).join('\n')).toMatch(
    /SIGSTOP[\s\S]*its watchdog finds it sick[\s\S]*heartbeats: fault of its own slot[\s\S]*AssociateAddress/,
  );
  expect(figure(played, 'Vip takeover')).toBeLessThan(4);
}, 60_000);

test('vip-planned-move: nothing is lost but what is in flight, with or without heartbeats', async () => {
  const played = await play(beating, 'vip-planned-move');

  expect(played.status).toBe(0);
  expect(played.run).not.toHaveProperty('victim');
  expect(client(played, 'virtual ip only')).toMatchObject({ failures: 0, budget: 0, kept: true });
  expect(figure(played, 'Vip moves')).toBeLessThan(2);
}, 60_000);

test('vip-all-dead: no address of a pool moves, until one proxy is back and gets that of the broken slot', async () => {
  const played = await play(pool, 'vip-all-dead');

  expect(played.status).toBe(0);
  expect(figure(played, 'moves while all are dead')).toBe(0);
  expect(figure(played, 'Vip: recovery to AssociateAddress')).toBeLessThan(6);
  expect(played.run.events.map(({ text }) => text).join('\n')).toContain('stuck: slot 1 is dead and no slot is live');
}, 60_000);

test('adoption: a client of the dead address is served again long before DNS could help it', async () => {
  const played = await play(pool, 'adoption');

  expect(played.status).toBe(0);
  expect(client(played, 'holds the dead address')?.lastFailure).toBeGreaterThan(0.3);
  expect(client(played, 'holds the dead address')?.lastFailure).toBeLessThan(4);
  expect(client(played, 'next address')).toMatchObject({ failures: 0, kept: true });
  expect(figure(played, 'DNS drops the address (alone it may take 118 s)')).toBeUndefined();
}, 60_000);

test('crash: with heartbeats its virtual IP does not wait for a sweep, and its watchdog counts in real time', async () => {
  const played = await play(beating, 'crash', '--time-scale', '20');

  expect([played.status, played.result.timeScale]).toEqual([0, 20]);
  expect(played.run.measures.find(({ name }) => name === 'Vip moves')?.budget).toBe(30.5);
}, 60_000);
