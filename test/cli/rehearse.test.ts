import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { assembly, file } from '../rehearsal/fleet-template';
import { written } from '../rehearsal/heartbeat-template';
import { env, leftOvers, pidOf, settled, temporaryFiles } from './left-overs';
import { type Finished, proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const demo = assembly(['Demo']).directory;

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

describe('a rehearsal of a synthesized fleet', () => {
  test('kills a real proxy, keeps its budgets, writes JSON and HTML, and leaves nothing behind', async () => {
    const json = file('result.json', '');
    const html = file('result.html', '');

    const { status, stdout, stderr } = await proxyFleet(
      ['rehearse', demo, '--time-scale', '30', '--seed', '7', '--json', json, '--html', html],
      { env },
    );

    expect(stderr).toBe('');
    expect(stdout).toMatch(/PASSED/);
    expect(status).toBe(0);
    const result: RehearsalResult = JSON.parse(readFileSync(json, 'utf8'));
    const [run] = result.runs;
    expect(run?.measures.map(({ name }) => name)).toEqual([
      'detection',
      'www.example.org drops the address',
      'Vip takeover',
      'Vip moves',
      'www.example.org takes the address back',
    ]);
    expect(run?.measures[0]?.seconds).toBeGreaterThan(15);
    expect(run?.measures[0]?.budget).toBe(48);
    expect(run?.clients.map(({ name, failures }) => [name, failures > 0])).toEqual([
      ['first address only', expect.any(Boolean)],
      ['next address', false],
      ['virtual ip only', true],
    ]);
    expect(readFileSync(html, 'utf8')).toMatch(/<svg[\s\S]*<\/html>\s*$/);
    expect(await settled(() => leftOvers().length === 0)).toBe(true);
    expect(temporaryFiles()).toEqual([]);
  }, 60_000);

  test('says so with status 1 when clients suffer more than promised: here no record is judged by its own check', async () => {
    const { status, stdout } = await proxyFleet(['rehearse', crossedChecks(), '--time-scale', '20', '--seed', '7']);

    expect(status).toBe(1);
    expect(stdout).toMatch(/FAILED: www\.example\.org drops the address never happened/);
  }, 60_000);

  test('a second one at the same time is turned away and does the first no harm', async () => {
    let second: Promise<Finished> | undefined;
    const first = await proxyFleet(['rehearse', demo, '--time-scale', '20', '--seed', '5'], {
      env,
      onOutput: (stdout) => {
        if (/ready:/.test(stdout)) second ??= proxyFleet(['rehearse', demo, '--time-scale', '20', '--seed', '6'], { env });
      },
    });

    const { status, stderr } = (await second) as Finished;
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^proxy-fleet: .*(stop it|stop what listens there) and try again.*\n$/),
    ]);
    expect([first.status, first.stdout]).toEqual([0, expect.stringContaining('PASSED')]);
  }, 60_000);

  test('a health check that fails from the start is named before anything is broken', async () => {
    const { status, stderr } = await proxyFleet(['rehearse', wrongPath(), '--seed', '1'], { env });

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^proxy-fleet: health check \w+ \(HTTP 127\.10\.1\.1:8404\/nope\) fails although its proxy is ready: .*404.*\n$/,
    );
    expect(await settled(() => leftOvers().length === 0 && temporaryFiles().length === 0)).toBe(true);
  }, 30_000);

  test('Ctrl-C ends every process and removes every file', async () => {
    const { status, stderr } = await proxyFleet(['rehearse', demo, '--seed', '1'], {
      env,
      onOutput: (stdout, child) => {
        if (/ready:/.test(stdout)) child.kill('SIGINT');
      },
    });

    expect(status).toBe(130);
    expect(stderr).toContain('stopped, nothing is left running');
    expect(await settled(() => leftOvers().length === 0)).toBe(true);
    expect(temporaryFiles()).toEqual([]);
  }, 30_000);

  test('a rehearsal that is killed outright leaves no process behind either', async () => {
    const { status } = await proxyFleet(['rehearse', demo, '--seed', '1'], {
      env,
      onOutput: (stdout, child) => {
        if (/ready:/.test(stdout)) child.kill('SIGKILL');
      },
    });

    expect(status).toBe(null);
    expect(await settled(() => leftOvers().length === 0 && temporaryFiles().length === 0)).toBe(true);
  }, 30_000);
});

describe('a wrong call is one line that says what and what to do, status 2, and nothing left running', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown command', ['dance'], /unknown command 'dance'/],
    ['an unknown option', ['rehearse', '--loud'], /--loud/],
    ['an unknown scenario', ['rehearse', demo, '--scenario', 'flood'], /unknown scenario 'flood': choose one of crash/],
    [
      'a scenario that is a word of JavaScript',
      ['rehearse', demo, '--scenario', 'constructor'],
      /unknown scenario 'constructor'/,
    ],
    ['a file that cannot be written', ['rehearse', demo, '--html', '/nowhere/x.html'], /cannot write '\/nowhere\/x\.html'/],
    ['a time scale of 0', ['rehearse', demo, '--time-scale', '0'], /--time-scale must be a number from 1 to 3600, got '0'/],
    ['a time scale above the TTL', ['rehearse', demo, '--time-scale', '61'], /at most the shortest TTL of 60 s, got 61/],
    ['a seed that is no number', ['rehearse', demo, '--seed', 'x'], /--seed must be a number/],
    ['half a run', ['rehearse', demo, '--runs', '1.5'], /--runs must be a whole number/],
    ['two directories', ['rehearse', demo, demo], /one directory or template at a time, got 2/],
    ['a missing file', ['rehearse', '/nowhere'], /no file or directory '\/nowhere'/],
    ['invalid JSON', ['rehearse', file('t.json', '{')], /is not valid JSON/],
    ['several stacks', ['rehearse', assembly(['One', 'Two']).directory], /several stacks \(One, Two\): choose one with --stack/],
    ['nothing to rehearse', ['rehearse', file('t.json', '{"Resources":{}}')], /nothing to rehearse/],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await proxyFleet(args);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('no HAProxy, or one that cannot be run', async () => {
    const none = await proxyFleet(['rehearse', demo], { env: { PATH: '/nowhere', HAPROXY: '', XDG_CACHE_HOME: '/nowhere' } });
    const wrong = await proxyFleet(['rehearse', demo], { env: { HAPROXY: '/bin/false' } });

    expect([none.status, none.stderr]).toEqual([
      2,
      expect.stringMatching(/^proxy-fleet: no HAProxy 2\.8 or newer: .*pip install/),
    ]);
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/^proxy-fleet: HAPROXY='\/bin\/false' cannot be run/),
    ]);
  });

  test('a port in use', async () => {
    const server = createServer().listen(8404, '127.10.1.1');
    await new Promise((resolve) => server.once('listening', resolve));

    const { status, stderr } = await proxyFleet(['rehearse', demo, '--seed', '1'], { env });
    await new Promise((resolve) => server.close(resolve));

    expect(status).toBe(2);
    expect(stderr).toMatch(/^proxy-fleet: HAProxy of slot 1 did not start: .*127\.10\.1\.1:8404.*stop it and try again\n$/);
    expect(await settled(() => leftOvers().length === 0)).toBe(true);
    expect(temporaryFiles()).toEqual([]);
  }, 30_000);

  test('a stranger on the port of a target, whom the proxies would take for it', async () => {
    const server = createServer((_, response) => response.end('stranger')).listen(8080, '127.20.0.1');
    await new Promise((resolve) => server.once('listening', resolve));

    const { status, stderr } = await proxyFleet(['rehearse', demo, '--seed', '1'], { env });
    await new Promise((resolve) => server.close(resolve));

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^proxy-fleet: the target on 127\.20\.0\.1:8080 ended by itself .*EADDRINUSE: stop what listens there.*\n$/,
    );
    expect(await settled(() => leftOvers().length === 0 && temporaryFiles().length === 0)).toBe(true);
  }, 30_000);

  test('a client that dies in the middle', async () => {
    const { status, stderr } = await proxyFleet(['rehearse', demo, '--seed', '1'], {
      env,
      onOutput: (stdout) => {
        const pid = /FAULT/.test(stdout) ? pidOf(/child-client .*next-address/) : undefined;
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
      },
    });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^proxy-fleet: the client 'next address' ended by itself \(SIGKILL\): .*\n$/);
    expect(await settled(() => leftOvers().length === 0 && temporaryFiles().length === 0)).toBe(true);
  }, 30_000);

  test('help is no error', async () => {
    const { status, stdout } = await proxyFleet(['rehearse', '--help']);

    expect(status).toBe(0);
    expect(stdout).toContain('--time-scale');
    expect(stdout).toMatch(/^ {2}crash +x10 +a proxy dies.*\n {2}black-hole +x10 .*\n {2}hang +x1 +\S/m);
    expect((await proxyFleet([])).status).toBe(2);
  });
});

/** The same fleet, but every record is judged by the health check of another slot: whoever dies stays in the answers. */
function crossedChecks(): string {
  const template = JSON.parse(readFileSync(join(demo, 'Demo.template.json'), 'utf8'));
  const records = Object.values<{ Type: string; Properties: Record<string, unknown> }>(template.Resources).filter(
    ({ Type }) => Type === 'AWS::Route53::RecordSet',
  );
  const checks = records.map(({ Properties }) => Properties.HealthCheckId);
  for (const [index, { Properties }] of records.entries()) Properties.HealthCheckId = checks[(index + 1) % checks.length];
  return written({ directory: demo, name: 'Demo', template });
}

/** The same fleet, but its health checks ask for a path that does not exist. */
function wrongPath(): string {
  const text = readFileSync(join(demo, 'Demo.template.json'), 'utf8');
  const template = JSON.parse(text.replaceAll('"ResourcePath": "/healthz"', '"ResourcePath": "/nope"'));
  return written({ directory: demo, name: 'Demo', template });
}
