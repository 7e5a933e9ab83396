/** What makes hints of keepalived's changes, started as its unit says, against a Lambda and a metadata service on loopback. */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VRRP_FIFO_PATH } from '../../lib/private/contract';
import { optional } from '../templates/checkers';
import { until } from '../templates/loopback';
import { Child } from './child';
import { FakeImds } from './fake-imds';
import { FakeLambda } from './fake-lambda';
import { fleetOf, HostFiles } from './host-files';

const UNIT = '/etc/systemd/system/proxy-fleet-heartbeat.service';
const WARM_MS = 100;
const STATIC_KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };

const directory = mkdtempSync(join(tmpdir(), 'heartbeat-'));
const stops: (() => unknown)[] = [];
let scenes = 0;

interface SceneOptions {
  readonly imds?: FakeImds;
  readonly tls?: { readonly key: Buffer; readonly cert: Buffer; readonly file: string };
}

/** The end of a FIFO that is written to, or 0 while nobody reads it. */
function writerOf(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENXIO') return 0;
    throw error;
  }
}

/** A sender at work, with a warm connection, and the end of the FIFO that is keepalived's. */
async function scene({ imds, tls }: SceneOptions = {}) {
  const files = new HostFiles(join(directory, String(++scenes)), fleetOf(['127.0.0.1', '127.0.0.2', '127.0.0.3'], '3'));
  const lambda = await FakeLambda.start(() => imds?.given ?? [STATIC_KEYS], tls);
  stops.push(() => lambda.stop());
  const child = new Child(['python3', '-u', join(__dirname, 'systemd_stand_in.py'), files.place(UNIT)], {
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
    ...(imds
      ? { AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url, AWS_ACCESS_KEY_ID: '' }
      : { AWS_ACCESS_KEY_ID: STATIC_KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: STATIC_KEYS.secretAccessKey }),
    ...(tls && { SSL_CERT_FILE: tls.file }),
  });
  await child.line(/^started/);
  await until(
    async () => lambda.connections,
    (count) => count > 0,
  );
  const fifo = await until(
    async () => writerOf(files.place(VRRP_FIFO_PATH)),
    (writer) => writer > 0,
  );
  stops.push(() => closeSync(fifo));
  const write = (text: string) => writeSync(fifo, text);
  const change = (slot: number, state: string) => write(`INSTANCE "slot-${slot}" ${state} 100\n`);
  const hints = (count: number, withinMs = 4000) =>
    until(
      async () => lambda.taken,
      (taken) => taken.length >= count,
      withinMs,
    );
  return { lambda, child, write, change, hints, files };
}

afterAll(async () => {
  await Child.endAll();
  for (const stop of stops) await stop();
  rmSync(directory, { recursive: true, force: true });
});

test('the first change is sent at once, those of the next second as one with the latest', async () => {
  const { lambda, child, write, change, hints } = await scene();

  const started = Date.now();
  change(2, 'MASTER');
  await hints(1);
  for (let count = 0; count < 20; count++) change(1, count % 2 === 0 ? 'MASTER' : 'BACKUP');
  write('INSTANCE "slot-3" MASTER_RX_LOWER_PRI 250\n');
  change(1, 'FAULT');
  await hints(2);
  await pause(1200);

  expect(lambda.refused).toEqual([]);
  expect(lambda.taken.map(({ slot, state, seenBy }) => [slot, state, seenBy])).toEqual([
    ['2', 'MASTER', '3'],
    ['1', 'FAULT', '3'],
  ]);
  const [first = 0, second = 0] = lambda.taken.map(({ at }) => at - started);
  expect(first).toBeLessThan(WARM_MS);
  expect(second).toBeGreaterThan(900);
  expect(second).toBeLessThan(1200);
  expect(child.lines.filter(({ text }) => text.includes('not understood'))).toEqual([]);
  expect(lambda.connections).toBe(1);
});

test('lines that nobody can read are told and passed over, and a line may come in pieces', async () => {
  const { lambda, child, write, hints } = await scene();

  write('INSTANCE "slot-1; rm -rf" MASTER 1\nGROUP "x" MASTER 1\n\xff\n\n');
  write(`${'x'.repeat(5000)}\n`);
  write('INSTANCE "slot-1" MAS');
  await pause(100);
  write('TER 150\n');
  await hints(1);

  expect(lambda.taken.map(({ slot, state }) => [slot, state])).toEqual([['1', 'MASTER']]);
  expect(child.lines.filter(({ text }) => text.includes('not understood')).length).toBeGreaterThanOrEqual(4);
});

test('a Lambda that never answers does not hold up whoever writes, and gets the latest once it answers', async () => {
  const { lambda, change, hints } = await scene();
  lambda.interfere = () => true;

  const started = Date.now();
  for (let count = 0; count < 8000; count++) {
    change((count % 3) + 1, 'MASTER');
    // A pipe holds 64 KB, about 2,000 lines: the reader must take them while nothing is answered.
    if (count % 500 === 0) await pause(20);
  }
  change(2, 'STOP');
  const wrote = Date.now() - started;
  lambda.interfere = () => false;
  await until(
    async () => lambda.taken.at(-1)?.state,
    (state) => state === 'STOP',
  );

  expect(wrote).toBeLessThan(1500);
  expect((await hints(1)).at(-1)).toMatchObject({ slot: '2', state: 'STOP' });
});

test('a connection that the other side closed is open again before the next hint', async () => {
  const { lambda, change, hints } = await scene();
  change(1, 'MASTER');
  await hints(1);

  lambda.closeConnections();
  const opened = await until(
    async () => lambda.connections,
    (count) => count === 2,
    3000,
  );
  expect(opened).toBe(2);
  await pause(1000);
  const started = Date.now();
  change(1, 'BACKUP');
  await hints(2);

  expect(lambda.connections).toBe(2);
  expect(Date.now() - started).toBeLessThan(WARM_MS);
});

test('a connection that breaks under a hint costs one retry; an error of Lambda is tried four times and then dropped', async () => {
  const { lambda, child, change, hints } = await scene();
  let asked = 0;
  lambda.interfere = (response) => {
    if (++asked > 1) return false;
    response.destroy();
    return true;
  };
  const started = Date.now();
  change(1, 'MASTER');
  await hints(1);
  expect(Date.now() - started).toBeLessThan(2 * WARM_MS);

  asked = 0;
  lambda.interfere = (response) => {
    asked++;
    response.writeHead(500).end('try later');
    return true;
  };
  change(1, 'BACKUP');
  await child.line(/slot 1 BACKUP: dropped, .*500.*try later/);
  expect(asked).toBe(4);

  lambda.interfere = () => false;
  change(2, 'MASTER');
  expect((await hints(2)).map(({ slot }) => slot)).toEqual(['1', '2']);
});

test.concurrent('credentials of the instance are renewed ahead of their end, and the last good ones stay while there are no new ones', async () => {
  const imds = await FakeImds.start();
  stops.push(() => imds.stop());
  imds.broken = true;
  const { lambda, child, change, hints } = await scene({ imds });

  await child.line(/no new credentials: .*500/);
  imds.broken = false;
  imds.lifetime = 602;
  await until(
    async () => imds.given.length,
    (count) => count === 2,
  );
  change(1, 'MASTER');
  await hints(1);
  imds.broken = true;
  const before = child.lines.length;
  await child.line(/no new credentials/, before);
  change(1, 'BACKUP');
  await hints(2);

  expect(lambda.refused).toEqual([]);
  expect(Number(/\d+/.exec(lambda.taken[0]?.token ?? '')?.[0])).toBeGreaterThanOrEqual(2);
  expect(lambda.taken[1]?.token).toBe(imds.given.at(-1)?.sessionToken);
});

test.concurrent('a hint over a warm TLS connection takes well below 100 ms, and the connection outlasts the tickets of TLS 1.3', async () => {
  const openssl = optional('openssl', 'hints are not sent over TLS');
  if (openssl === undefined) return;
  const { lambda, child, change, hints } = await scene({ tls: certificate(openssl) });

  // Longer than the sender looks after an idle connection.
  await pause(2200);
  for (const [index, state] of ['MASTER', 'BACKUP', 'MASTER'].entries()) {
    change(1, state);
    await hints(index + 1);
    await pause(1100);
  }

  expect(lambda.connections).toBe(1);
  const latencies = child.lines.flatMap(({ text }) => /taken after ([\d.]+) ms/.exec(text)?.[1] ?? []).map(Number);
  process.stdout.write(`heartbeat: warm hints over TLS taken after ${latencies.join(', ')} ms\n`);
  expect(latencies).toHaveLength(3);
  expect(Math.max(...latencies)).toBeLessThan(WARM_MS);
});

test('a file in place of the FIFO ends it with what to do', async () => {
  const { child, files } = await scene();
  writeFileSync(files.place('/file'), '');

  const wrong = new Child(['python3', '-u', files.place('/opt/proxy-fleet/heartbeat.py')], {
    VRRP_FIFO: files.place('/file'),
    REGION: 'eu-central-1',
    FUNCTION: 'takeover',
    AWS_ACCESS_KEY_ID: 'x',
  });

  await wrong.line(/file must be a FIFO, got a file: remove it/);
  expect(child.lines.map(({ text }) => text.replace(/\d+/, ''))).toEqual(['started ']);
});

function certificate(openssl: string) {
  const place = join(directory, 'tls');
  mkdirSync(place);
  const [key, cert] = [join(place, 'key.pem'), join(place, 'cert.pem')];
  const subject = ['-subj', '/CN=fake-lambda', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];
  execFileSync(openssl, ['req', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(cert), file: cert };
}
