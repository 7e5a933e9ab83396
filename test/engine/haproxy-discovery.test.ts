/** Targets that HAProxy finds in DNS: ports and weights of SRV records, duplicates, empty answers, and a resolver that is away. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Duration } from 'aws-cdk-lib';
import { ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import * as packet from 'dns-packet';
import { HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { configurationOf } from './running-fleet';

const TIMEOUT_MS = 40_000;
const directory = temporaryDirectory();
const address = loopbackAddress(0);
const [one, two] = [loopbackAddress(1), loopbackAddress(2)];
const healthCheck = TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1 });
const SRV = '_http._tcp.app.example.com';
const NAME = 'app.example.com';
const servers: Server[] = [];
const AUTHORITATIVE = 0x0400;
let resolver: Socket;
let proxy: HaproxyProcess;
/** What the resolver answers with; without, it does not answer. */
let records: packet.Answer[] | undefined;

const a = (name: string, data: string): packet.Answer => ({ type: 'A', name, ttl: 1, data });
const srv = (target: string, port: number, weight: number): packet.Answer => ({
  type: 'SRV',
  name: SRV,
  ttl: 1,
  data: { target, port, weight, priority: 1 },
});
const ALL = [
  srv('one.example.com', 8081, 65_535),
  srv('two.example.com', 8082, 21_845),
  a('one.example.com', one),
  a('two.example.com', two),
  a(NAME, one),
  a(NAME, one),
  a(NAME, two),
];

beforeAll(async () => {
  records = ALL;
  resolver = createSocket('udp4', (message, from) => {
    const { id, questions = [] } = packet.decode(message);
    if (records === undefined) return;
    const answers = records.filter(({ name, type }) => questions.some((asked) => asked.name === name && asked.type === type));
    resolver.send(packet.encode({ type: 'response', id, flags: AUTHORITATIVE, questions, answers }), from.port, from.address);
  }).bind(0, address);
  await once(resolver, 'listening');
  const configuration = configurationOf(directory, (fleet) => {
    const targets = ProxyTargets.srvRecord(SRV);
    fleet.addListener('Weights', { port: 80 }).addTargets('T', { targets, healthCheck, crossZoneEnabled: true });
    fleet.addListener('Zonal', { port: 8000 }).addTargets('T', { targets, healthCheck });
    fleet.addListener('Name', { port: 8008 }).addTargets('T', { targets: ProxyTargets.dnsName(NAME), port: 8081, healthCheck });
  });
  for (const [host, port] of [
    [one, 8081],
    [two, 8082],
    [two, 8081],
  ] as const) {
    servers.push(await serve(host, port, () => `${host}:${port}`));
  }
  proxy = await HaproxyProcess.start({
    address,
    configuration,
    file: join(directory, 'haproxy.cfg'),
    resolver: { address, port: resolver.address().port },
  });
  await until(
    () => shares(8000, 8),
    (seen) => Object.keys(seen).length === 2,
  );
}, TIMEOUT_MS);

afterAll(async () => {
  await proxy?.stop();
  resolver?.close();
  await Promise.all(servers.map(close));
});

beforeEach(() => {
  records = ALL;
});

/** How many of so many requests each target got. */
async function shares(listener: number, count: number): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const { status, body } = await ask(address, proxy.port(listener), '/');
    const who = status === 200 ? body : String(status);
    seen[who] = (seen[who] ?? 0) + 1;
  }
  return seen;
}

test(
  'an SRV record brings ports and weights',
  async () => {
    const seen = await until(
      () => shares(80, 40),
      (counts) => (counts[`${one}:8081`] ?? 0) >= 28,
    );

    expect(seen[`${one}:8081`]).toBeGreaterThanOrEqual(28);
    expect(seen[`${two}:8082`]).toBeGreaterThanOrEqual(8);
  },
  TIMEOUT_MS,
);

test(
  'where zones decide, its weights do not',
  async () => {
    await pause(2500);

    expect(await shares(8000, 40)).toEqual({ [`${one}:8081`]: 20, [`${two}:8082`]: 20 });
  },
  TIMEOUT_MS,
);

test('an address that is answered twice is one target', async () => {
  expect(await shares(8008, 20)).toEqual({ [`${one}:8081`]: 10, [`${two}:8081`]: 10 });
});

test.each<[string, packet.Answer[] | undefined]>([
  ['an empty answer', []],
  ['no answer', undefined],
])(
  'after %s the last known targets stay',
  async (_, answer) => {
    records = answer;

    await pause(7000);

    expect(Object.keys(await shares(8008, 8)).sort()).toEqual([`${one}:8081`, `${two}:8081`]);
    expect(Object.keys(await shares(8000, 8)).sort()).toEqual([`${one}:8081`, `${two}:8082`]);
  },
  TIMEOUT_MS,
);

test('a target that is no longer answered is no longer used, while the others are', async () => {
  records = ALL.filter((record) => !('data' in record && record.data === two));

  const seen = await until(
    () => shares(8008, 8),
    (counts) => Object.keys(counts).length === 1,
    38_000,
  );

  expect(seen).toEqual({ [`${one}:8081`]: 8 });
}, 45_000);
