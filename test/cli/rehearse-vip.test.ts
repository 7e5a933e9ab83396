/** The loss of the host that holds a virtual IP, in real time, and what such a rehearsal needs. */
import { readFileSync } from 'node:fs';
import { file } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';
import { beating, client, figure, play } from './vip-play';

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

test('vip-crash: a silent host is missed, and its address is at another slot in less than the target', async () => {
  const html = file('result.html', '');
  const played = await play(beating, 'vip-crash', '--html', html);

  expect([played.status, played.result.timeScale]).toEqual([0, 1]);
  expect(figure(played, 'Vip takeover')).toBeGreaterThan(0.4);
  expect(figure(played, 'Vip takeover')).toBeLessThan(2);
  expect(played.run.measures.map(({ budget }) => budget)).toEqual([11, 11.5]);
  expect(played.run.events.map(({ text }) => text).join('\n')).toMatch(/slot \d is master of this slot[\s\S]*AssociateAddress/);
  expect(client(played, 'virtual ip only')?.failures).toBeGreaterThan(0);
  expect(played.stdout).toMatch(/the target is\s+1\.5 s in 99 of 100/);
  expect(readFileSync(html, 'utf8')).toMatch(/<svg[\s\S]*heartbeats: slot[\s\S]*<\/html>\s*$/);
}, 60_000);

test('a stack that lacks what a scenario is about is told what to add', async () => {
  const without = await proxyFleet(['rehearse', beating, '--scenario', 'adoption']);

  expect([without.status, without.stderr]).toEqual([
    2,
    "proxy-fleet: this scenario needs a name that leads to virtual IPs, 'Vip' has none: " +
      "give a MultivalueEndpoint a VirtualIpPool as its 'addresses'\n",
  ]);
});

test('a machine without python3 cannot run watchdogs', async () => {
  const { status, stderr } = await proxyFleet(['rehearse', beating], { env: { PATH: '/nowhere' } });

  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^proxy-fleet: the proxies' watchdog is a script for python3, .*\n$/),
  ]);
});
