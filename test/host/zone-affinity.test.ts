/** Targets of the proxy's own zone before those of others: the program's decisions, and the program with a real HAProxy. */
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ListenerCondition, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { ZONE_AFFINITY_SCRIPT } from '../../lib/host/zone-affinity-script';
import { configurationOf, startProxy } from '../engine/running-fleet';
import { check } from '../templates/checkers';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { Child } from './child';
import { FakeImds } from './fake-imds';

const TIMEOUT_MS = 40_000;
const directory = temporaryDirectory();
const script = join(directory, 'zone_affinity.py');
writeFileSync(script, ZONE_AFFINITY_SCRIPT);

const address = loopbackAddress(0);
const places = [1, 2, 3].map((index) => ({ address: loopbackAddress(index), port: 8080 }));
const [own, other, third] = places.map((place) => place.address) as [string, string, string];
const socket = join(directory, 'haproxy.cfg.d', 'haproxy.sock');
const servers = new Map<string, Server>();
let proxy: HaproxyProcess;
let imds: FakeImds;

const healthCheck = TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1, fall: 1 });
const configuration = configurationOf(directory, (fleet) => {
  const listener = fleet.addListener('Http', { port: 80 });
  const conditions = [ListenerCondition.pathPatterns(['/everywhere'])];
  const common = { port: 8080, healthCheck };
  listener.addTargets('App', { ...common, targets: ProxyTargets.ipAddresses(['10.0.0.1', '10.0.0.2', '10.0.0.3']) });
  listener.addTargets('Everywhere', {
    ...common,
    conditions,
    priority: 1,
    crossZoneEnabled: true,
    targets: ProxyTargets.ipAddresses(['10.0.0.1', '10.0.0.2']),
  });
});

const startTarget = async (host: string) => {
  servers.set(host, await serve(host, 8080, () => host));
};
const start = () =>
  startProxy(
    directory,
    configuration,
    address,
    Object.fromEntries(places.map((place, index) => [`10.0.0.${index + 1}:8080`, place])),
  );
const affinity = () =>
  new Child(['python3', '-u', script], {
    HAPROXY_SOCKET: socket,
    ZONES: `zone-a=${own}/32,192.0.2.0/24 zone-b=${other}/32 zone-c=${third}/32`,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
  });

beforeAll(async () => {
  imds = await FakeImds.start();
  imds.facts.set('placement/availability-zone', 'zone-a');
  await Promise.all(places.map((place) => startTarget(place.address)));
  proxy = await start();
}, TIMEOUT_MS);

afterAll(async () => {
  await Child.endAll();
  await proxy?.stop();
  await imds?.stop();
  await Promise.all([...servers.values()].map(close));
});

/** Weights by server, of one backend. */
function weights(backend: string): Promise<Record<string, string>> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    let text = '';
    connection.on('data', (data) => {
      text += data;
    });
    connection.on('error', () => resolve({}));
    connection.on('end', () => {
      const lines = text.split('\n').map((line) => line.split(' '));
      resolve(Object.fromEntries(lines.filter((line) => line[1] === backend).map((line) => [line[3], line[7]])));
    });
    connection.write('show servers state\n');
  });
}

async function answers(count: number, path = '/'): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const { status, body } = await ask(address, proxy.port(80), path);
    const name = status === 200 ? body : String(status);
    seen[name] = (seen[name] ?? 0) + 1;
  }
  return seen;
}

/** A server as [address, running, own weight, number of its origin], of a single origin by default. */
type Target = [string, boolean, number, number?];

/** What becomes of servers in a zone of 10.0.0.0/24 beside one of 10.0.1.0/24. */
async function wanted(list: Target[]): Promise<number[]> {
  const tuples = list.map(([place, running, weight, origin], index) => {
    const name = `zonal-${origin === undefined ? '' : `${origin}-`}${index + 1}`;
    return `('${name}', '${place}', ${running ? 'True' : 'False'}, 1, ${weight})`;
  });
  const program = `
import os, sys
os.environ.update(ZONES='zone-a=10.0.0.0/24 zone-b=10.0.1.0/24,2001:db8::/64')
sys.path.insert(0, ${JSON.stringify(directory)})
import zone_affinity
print(*zone_affinity.wanted([${tuples.join(', ')}], 'zone-a').values())
`;
  const { output } = await check('python3', ['-c', program]);
  return output.split(' ').map(Number);
}

test.each<[string, Target[], number[]]>([
  [
    'other zones get the smallest share',
    [
      ['10.0.0.1', true, 1],
      ['10.0.1.1', true, 1],
      ['2001:db8::1', true, 1],
    ],
    [256, 1, 1],
  ],
  [
    'the own weights keep their proportion',
    [
      ['10.0.0.1', true, 30],
      ['10.0.0.2', true, 10],
      ['10.0.1.1', true, 30],
    ],
    [256, 85, 1],
  ],
  [
    'a weight of 0 stays',
    [
      ['10.0.0.1', true, 4],
      ['10.0.0.2', true, 0],
      ['10.0.1.1', true, 0],
    ],
    [256, 0, 0],
  ],
  [
    'an address in no subnet counts as own',
    [
      ['172.16.0.1', true, 1],
      ['10.0.1.1', true, 1],
      ['-', false, 1],
    ],
    [256, 1, 256],
  ],
  [
    'without a target of the own zone the others keep their proportion',
    [
      ['10.0.0.1', false, 2],
      ['10.0.1.1', true, 2],
      ['10.0.1.2', true, 1],
    ],
    [256, 256, 128],
  ],
  [
    'an origin without a target of the own zone keeps its share beside one that has',
    [
      ['10.0.1.1', true, 99, 1],
      ['10.0.1.2', true, 99, 1],
      ['10.0.0.1', true, 1, 2],
      ['10.0.1.3', true, 1, 2],
    ],
    [256, 256, 2, 1],
  ],
])('%s', async (_, list, weight) => {
  expect(await wanted(list)).toEqual(weight);
});

test(
  'of six hundred requests at most six leave the zone, and none is misled where zones do not count',
  async () => {
    affinity();
    await until(
      () => weights('http-80-App'),
      (seen) => seen['zonal-1'] === '256',
    );

    const seen = await answers(600);
    const everywhere = await answers(20, '/everywhere');

    expect(await weights('http-80-App')).toEqual({ 'zonal-1': '256', 'zonal-2': '1', 'zonal-3': '1' });
    expect(await weights('http-80-App.once')).toEqual({ 'zonal-1': '256', 'zonal-2': '1', 'zonal-3': '1' });
    expect(await weights('http-80-Everywhere')).toEqual({ 'target-1': '1', 'target-2': '1' });
    expect(600 - (seen[own] ?? 0)).toBeLessThanOrEqual(6);
    expect(everywhere).toEqual({ [own]: 10, [other]: 10 });
  },
  TIMEOUT_MS,
);

test(
  'when the own zone fails the others take over at once, without the program, and give back',
  async () => {
    await Child.endAll();
    const server = servers.get(own);
    if (server) await close(server);
    const without = await answers(40);
    await startTarget(own);
    const back = await until(
      () => answers(40),
      (seen) => (seen[own] ?? 0) >= 38,
    );

    expect(Object.keys(without).sort()).toEqual([other, third].sort());
    expect(back[own]).toBeGreaterThanOrEqual(38);
  },
  TIMEOUT_MS,
);

test(
  'without HAProxy it waits, says so once, and weighs the targets of the next one',
  async () => {
    await proxy.stop();
    const program = affinity();
    await program.line(/targets are not weighed/);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(program.lines).toHaveLength(1);

    proxy = await start();

    await program.line(/weighed \d+ targets anew/);
    expect((await weights('http-80-App'))['zonal-3']).toBe('1');
  },
  TIMEOUT_MS,
);
