/** Real rehearsals of what happens to virtual IPs, in real time. They share the loopback with the others, so they are part of their file. */
import { readFileSync } from 'node:fs';
import type { RehearsalResult, RunResult } from '../../rehearsal/report/result';
import { assembly, file } from '../rehearsal/fleet-template';
import { handMade, publishVirtualIps, retell, written } from '../rehearsal/heartbeat-template';
import { proxyFleet } from './run';

const one = assembly(['Vip']).directory;
const three = assembly(['Pool'], undefined, { virtualIps: 3 }).directory;
const beating = one;
const pool = written(
  retell(publishVirtualIps(handMade(three, 'Pool')), ({ virtualIps }) =>
    virtualIps.forEach((each, index) => void Object.assign(each, { home: String(index + 1) })),
  ),
);

interface Played {
  readonly status: number | null;
  readonly stdout: string;
  readonly run: RunResult;
  readonly result: RehearsalResult;
}

async function play(template: string, scenario: string, ...options: string[]): Promise<Played> {
  const json = file('result.json', '{}');
  const fixed = ['--scenario', scenario, '--seed', '7', '--address-move', '0.5', '--json', json];
  const { status, stdout, stderr } = await proxyFleet(['rehearse', template, ...fixed, ...options]);
  if (status === 2) throw new Error(stderr);
  const result: RehearsalResult = JSON.parse(readFileSync(json, 'utf8'));
  return { status, stdout, run: result.runs[0] as RunResult, result };
}

const figure = ({ run }: Played, name: string) => run.measures.find((measure) => measure.name === name)?.seconds;
const client = ({ run }: Played, name: string) => run.clients.find((each) => each.name === name);

/** Makes no tests by itself: call it within a `describe`. */
export function virtualIpScenarios(): void {
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

  test('vip-hang: only the watchdog of the template can tell, and does', async () => {
    const played = await play(beating, 'vip-hang');

    expect(played.status).toBe(0);
    expect(played.run.events.map(({ text }) => text).join('\n')).toMatch(
      /SIGSTOP[\s\S]*its watchdog finds it sick[\s\S]*heartbeats: fault of its own slot[\s\S]*AssociateAddress/,
    );
    expect(figure(played, 'Vip takeover')).toBeLessThan(4);
  }, 60_000);

  test('vip-planned-move: nothing is lost but what is in flight, with or without heartbeats', async () => {
    const played = await play(one, 'vip-planned-move');

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

  test('a stack that lacks what a scenario is about is told what to add', async () => {
    const without = await proxyFleet(['rehearse', one, '--scenario', 'adoption']);

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
}
