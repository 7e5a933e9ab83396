/** The watchdog against a web server that behaves and misbehaves, and under the supervision that its unit asks for. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WATCHDOG, WATCHDOG_PATH } from '../../lib/private/contract';
import { until } from '../templates/loopback';
import { Child } from './child';
import { type Behaviour, HealthServer } from './health-server';
import { fleetOf, HostFiles } from './host-files';

const UNIT = '/etc/systemd/system/proxy-fleet-watchdog.service';
/** What a busy machine adds. */
const SLACK_MS = 400;
const VERDICT_MS = WATCHDOG.intervalMs + WATCHDOG.fall * WATCHDOG.timeoutMs + SLACK_MS;
const WELL_MS = WATCHDOG.intervalMs * (WATCHDOG.rise + 1) + SLACK_MS;

const directory = mkdtempSync(join(tmpdir(), 'watchdog-'));
const servers: HealthServer[] = [];
let scenes = 0;

/** A proxy with a watchdog, alone or supervised as its unit says, whose verdict is 'well' before the test goes on. */
async function scene(supervised: 'supervised' | 'alone' = 'alone') {
  const files = new HostFiles(join(directory, String(++scenes)), fleetOf(['127.0.0.1', '127.0.0.2']));
  const server = await HealthServer.start();
  servers.push(server);
  const file = files.place('/run/proxy-fleet/health');
  const command =
    supervised === 'alone'
      ? ['python3', '-u', files.place(WATCHDOG_PATH)]
      : ['python3', '-u', join(__dirname, 'systemd_stand_in.py'), files.place(UNIT)];
  const child = new Child(command, { HEALTH_URL: server.url, HEALTH_FILE: file });
  const verdict = async () => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
  /** Milliseconds until the file says so. */
  const becomes = async (wanted: string, withinMs: number) => {
    const started = Date.now();
    expect(await until(verdict, (seen) => seen === wanted, withinMs)).toBe(wanted);
    return Date.now() - started;
  };
  await becomes('1', 3000);
  await becomes('0', WELL_MS);
  return { server, child, verdict, becomes };
}

afterAll(async () => {
  await Child.endAll();
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(directory, { recursive: true, force: true });
});

test('a proxy is sick until it has answered three times, at the interval, and one missed look changes nothing', async () => {
  const { server, child, verdict } = await scene();

  expect(server.looks).toHaveLength(WATCHDOG.rise);
  const gaps = server.looks.slice(1).map((at, index) => at - (server.looks[index] ?? 0));
  for (const gap of gaps) expect(Math.abs(gap - WATCHDOG.intervalMs)).toBeLessThan(SLACK_MS / 2);

  await server.behave('503');
  await until(
    async () => server.looks.length,
    (count) => count > WATCHDOG.rise,
  );
  await server.behave('live');
  await pause(WATCHDOG.intervalMs * 2.5);

  expect(await verdict()).toBe('0');
  expect(child.lines.map(({ text }) => text)).toEqual(['the proxy is well']);
});

test('a proxy that refuses, answers wrongly, too slowly or not at all is sick in time, and well again later', async () => {
  const wrong: Behaviour[] = ['refused', '503', 'drip', 'hang'];

  await Promise.all(
    wrong.map(async (behaviour) => {
      const { server, becomes } = await scene();
      await server.behave(behaviour);
      const fell = await becomes('1', VERDICT_MS);
      await server.behave('live');
      const rose = await becomes('0', WELL_MS);

      process.stdout.write(`watchdog: ${behaviour}: sick after ${fell} ms, well again after ${rose} ms\n`);
      expect(rose).toBeGreaterThan((WATCHDOG.rise - 1.5) * WATCHDOG.intervalMs);
    }),
  );
});

test('a watchdog that is killed, frozen or stopped leaves the proxy sick, and the next one finds it well', async () => {
  const pidOf = async (child: Child, since = 0) => Number((await child.line(/^started/, since)).text.split(' ')[1]);

  await Promise.all(
    (['SIGKILL', 'SIGSTOP', 'SIGTERM'] as const).map(async (signal) => {
      const { child, becomes } = await scene('supervised');
      const pid = await pidOf(child);
      expect(child.lines.map(({ text }) => text)).toContain('ready');
      const before = child.lines.length;

      process.kill(pid, signal);
      const fell = await becomes('1', signal === 'SIGSTOP' ? WATCHDOG.silenceMs + SLACK_MS : SLACK_MS);

      process.stdout.write(`watchdog: ${signal}: sick after ${fell} ms\n`);
      expect(await pidOf(child, before)).not.toBe(pid);
      await becomes('0', WELL_MS);
    }),
  );
});
