import { readFileSync } from 'node:fs';
import type { SimulationResult } from '../../rehearsal/simulate/result';
import { assembly, file } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';

const demo = assembly(['Demo']).directory;

/** A template with DNS and health checks alone, as somebody else would write it. */
const foreign = file(
  'Foreign.template.json',
  JSON.stringify({
    Resources: Object.fromEntries(
      ['One', 'Two'].flatMap((name) => [
        [`${name}Address`, { Type: 'AWS::EC2::EIP' }],
        [
          `${name}Check`,
          {
            Type: 'AWS::Route53::HealthCheck',
            Properties: {
              HealthCheckConfig: { Type: 'HTTP', IPAddress: { 'Fn::GetAtt': [`${name}Address`, 'PublicIp'] }, Port: 80 },
            },
          },
        ],
        [
          `${name}Record`,
          {
            Type: 'AWS::Route53::RecordSet',
            Properties: {
              HostedZoneName: 'example.com.',
              Name: 'shop.example.com.',
              Type: 'A',
              TTL: '30',
              SetIdentifier: name,
              MultiValueAnswer: true,
              HealthCheckId: { Ref: `${name}Check` },
              ResourceRecords: [{ Ref: `${name}Address` }],
            },
          },
        ],
      ]),
    ),
  }),
);

async function simulated(...args: string[]): Promise<SimulationResult> {
  const json = file('result.json', '');
  const { status, stderr } = await proxyFleet(['simulate', ...args, '--json', json]);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(readFileSync(json, 'utf8'));
}

describe('a simulation of a synthesized fleet', () => {
  test('plays every fault, prints a table, and writes JSON and HTML', async () => {
    const json = file('result.json', '');
    const html = file('result.html', '');

    const { status, stdout, stderr } = await proxyFleet(
      ['simulate', demo, '--runs', '300', '--clients', '200', '--seed', '7', '--json', json, '--html', html],
      { env: { NO_COLOR: '1' } },
    );

    const result: SimulationResult = JSON.parse(readFileSync(json, 'utf8'));
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^crash: one of 3 slots, 100 failovers$/m);
    expect(stdout).toMatch(/PASSED 15 budgets kept/);
    expect(result.cases.map(({ fault, failovers }) => [fault, failovers])).toEqual([
      ['crash', 100],
      ['hang', 100],
      ['black-hole', 100],
    ]);
    expect(readFileSync(html, 'utf8')).toMatch(/<svg[\s\S]*<\/html>\s*$/);
  });

  test('comes to the same result with any number of workers', async () => {
    const args = [demo, '--runs', '150', '--clients', '50', '--seed', '3'];

    const [one, three] = [await simulated(...args, '--workers', '1'), await simulated(...args, '--workers', '3')];

    expect(three).toEqual(one);
  });

  test('plays one fault alone, with other assumptions', async () => {
    const args = ['--fault', 'crash', '--runs', '50', '--clients', '60', '--seed', '1'];

    const result = await simulated(demo, ...args, '--propagation', '0', '--address-move', '0', '--refill', '120');

    expect(result.cases.map(({ fault }) => fault)).toEqual(['crash']);
    expect(result.cases[0]?.groups.map(({ budget }) => budget)).toEqual([108, 11]);
    expect(
      Math.max(...(result.cases[0]?.groups ?? []).flatMap(({ classes }) => classes.map((each) => each.outage?.max ?? 0))),
    ).toBeLessThanOrEqual(120);
  });

  test('Ctrl-C ends it at once', async () => {
    const started = Date.now();
    const finished = proxyFleet(['simulate', demo, '--runs', '10000000', '--seed', '1'], {
      onStart: (child) => setTimeout(() => child.kill('SIGINT'), 1000),
    });

    const { status, stderr, stdout } = await finished;

    expect([status, stdout, stderr]).toEqual([130, '', 'proxy-fleet: stopped, nothing is left running\n']);
    expect(Date.now() - started).toBeLessThan(10_000);
  }, 20_000);
});

test('a template without a fleet is simulated too, and the report says that no proxy was', async () => {
  const result = await simulated(foreign, '--runs', '100', '--clients', '100', '--seed', '1');

  expect(result.notes[0]).toMatch(/^No proxy was simulated/);
  expect(result.cases[0]?.broken).toBe('one of 2 addresses');
  // 30 s x 3, a timeout of 6 s each, propagation and TTL.
  expect(result.cases[0]?.groups.map(({ name, budget }) => [name, budget])).toEqual([['shop.example.com', 148]]);
});

test('status 1 tells that clients that keep to the TTL were out for too long: here checks only connect, and the proxy hangs', async () => {
  const template = readFileSync(foreign, 'utf8').replaceAll('"Type":"HTTP"', '"Type":"TCP"');

  const { status, stdout } = await proxyFleet(
    ['simulate', file('Tcp.template.json', template), '--fault', 'hang', '--runs', '50', '--clients', '100', '--seed', '1'],
    { env: { NO_COLOR: '1' } },
  );

  expect(status).toBe(1);
  expect(stdout).toMatch(/FAILED: in one of 100 outages first address of shop\.example\.com was out for 902 s \(hang, /);
});

describe('a wrong call is one line that says what and what to do, and status 2', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown option', ['--loud'], /--loud.*: see proxy-fleet simulate --help/],
    ['an unknown fault', ['--fault', 'flood'], /unknown fault 'flood': choose one of crash, hang, black-hole, all/],
    ['no failover', ['--runs', '0'], /--runs must be a number from 1 to 10000000, got '0': see proxy-fleet simulate --help/],
    ['half a failover', ['--runs', '1.5'], /--runs must be a whole number, got '1\.5'/],
    ['a runs that is no number', ['--runs', 'many'], /--runs must be a number/],
    ['no client', ['--clients', '0'], /--clients must be a number from 1 to 1000000, got '0'/],
    ['no worker', ['--workers', '0'], /--workers must be a number from 1 to 256/],
    ['a negative refill', ['--refill', '-1'], /--refill/],
    ['a seed that is no number', ['--seed', 'x'], /--seed must be a number/],
    ['a file that cannot be written', ['--html', '/nowhere/x.html'], /cannot write '\/nowhere\/x\.html'/],
    ['two directories', [demo], /one directory or template at a time, got 2/],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await proxyFleet(['simulate', demo, ...args]);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each<[string, string, RegExp]>([
    ['a missing file', '/nowhere', /no file or directory '\/nowhere'/],
    [
      'nothing to simulate',
      file('t.json', '{"Resources":{}}'),
      /no proxy fleet and no record with addresses, so there is nothing to simulate/,
    ],
    ['several stacks', assembly(['One', 'Two']).directory, /several stacks \(One, Two\): choose one with --stack/],
  ])('%s', async (_, template, message) => {
    const { status, stderr } = await proxyFleet(['simulate', template]);

    expect([status, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  test('a worker is not for people', async () => {
    const { status, stderr } = await proxyFleet(['child-simulation']);

    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/'child-simulation' is for threads of 'proxy-fleet simulate' only/),
    ]);
  });

  test('help is no error', async () => {
    const { status, stdout } = await proxyFleet(['simulate', '--help']);

    expect(status).toBe(0);
    expect(stdout).toContain('--clients');
  });
});
