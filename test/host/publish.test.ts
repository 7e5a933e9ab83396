/** The program that asks for an address, against an instance metadata service, a proxy and a command line that are played. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { PUBLISH_SCRIPT } from '../../lib/host/publish-script';
import { loopbackAddress } from '../templates/haproxy-process';
import { close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { Child } from './child';
import { FakeImds } from './fake-imds';

const STATE = 'autoscaling/target-lifecycle-state';
const directory = temporaryDirectory();
const address = loopbackAddress(0);
let imds: FakeImds;
let proxy: Server | undefined;
let stage: string;

/** Writes down how it is called, and answers from files: what the function said, and its error. */
const AWS = `#!/bin/sh
printf '%s\\n' "$*" >>"$STAGE/calls"
for last; do :; done
[ ! -e "$STAGE/meanwhile" ] || : >"$STAGE/asking"
while [ -e "$STAGE/meanwhile" ]; do sleep 0.05; done
[ ! -e "$STAGE/broken" ] || { echo 'made up' >&2; exit 255; }
cat "$STAGE/answer" >"$last"
[ -e "$STAGE/function-error" ] && echo Unhandled || echo None
`;

beforeEach(async () => {
  stage = mkdtempSync(join(directory, 'stage-'));
  mkdirSync(join(stage, 'bin'));
  writeFileSync(join(stage, 'bin', 'aws'), AWS);
  chmodSync(join(stage, 'bin', 'aws'), 0o755);
  writeFileSync(join(stage, 'publish.py'), PUBLISH_SCRIPT);
  answer(true, 'it has eipalloc-1');
  imds = await FakeImds.start();
  imds.facts.set('instance-id', 'i-1');
});

afterEach(async () => {
  await Child.endAll();
  if (proxy) await close(proxy);
  proxy = undefined;
  await imds.stop();
});

const answer = (settled: boolean, reason: string) => writeFileSync(join(stage, 'answer'), JSON.stringify({ settled, reason }));
const calls = () => (existsSync(join(stage, 'calls')) ? readFileSync(join(stage, 'calls'), 'utf8').trim().split('\n') : []);
const isPublished = () => existsSync(join(stage, 'published'));
const live = async () => {
  proxy = await serve(address, 8404, () => 'live');
};
const start = () =>
  new Child(['/usr/bin/python3', '-u', join(stage, 'publish.py')], {
    PATH: `${join(stage, 'bin')}:${process.env.PATH}`,
    STAGE: stage,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: imds.url,
    LIVE_URL: `http://${address}:8404/livez`,
    PUBLISHED: join(stage, 'published'),
    PUBLISH_FUNCTION: 'the-function',
    REGION: 'eu-central-1',
  });
const seen = (what: () => boolean) =>
  until(
    async () => what(),
    (yes) => yes,
  );

test('asks once the proxy is live and its group wants it, says what came of it, and asks no more', async () => {
  imds.facts.set(STATE, 'InService');
  const program = start();
  await program.line(/publish: the proxy is not live/);
  expect(calls()).toEqual([]);

  await live();
  await program.line(/publish: it has eipalloc-1/);
  await new Promise((resolve) => setTimeout(resolve, 2500));

  expect(calls()).toEqual([
    expect.stringMatching(/^lambda invoke --function-name the-function --region eu-central-1 .*--payload {"instanceId": "i-1"} /),
  ]);
  expect(isPublished()).toBe(true);
}, 30_000);

test('asks again until it is settled, and whatever fails meanwhile', async () => {
  imds.facts.set(STATE, 'InService');
  answer(false, 'no address of the pool is free');
  await live();
  const program = start();
  await program.line(/no address of the pool is free/);
  expect(isPublished()).toBe(false);

  writeFileSync(join(stage, 'broken'), '');
  await program.line(/not answered: .*made up/, 0, 20_000);
  rmSync(join(stage, 'broken'));
  writeFileSync(join(stage, 'function-error'), '');
  writeFileSync(join(stage, 'answer'), '{"errorMessage": "i-1 did not get eipalloc-2"}');
  await program.line(/not answered: .*i-1 did not get eipalloc-2/, 0, 20_000);
  rmSync(join(stage, 'function-error'));
  answer(true, 'it has eipalloc-3');

  await program.line(/it has eipalloc-3/, 0, 20_000);
  expect(isPublished()).toBe(true);
}, 60_000);

test('an answer that is lost because the address changed is the answer', async () => {
  imds.facts.set(STATE, 'InService').set('public-ipv4', '198.51.100.1');
  writeFileSync(join(stage, 'broken'), '');
  await live();
  const program = start();
  await program.line(/not answered: .*made up/);
  expect(isPublished()).toBe(false);

  // While it asks, the instance's way out becomes another one.
  writeFileSync(join(stage, 'meanwhile'), '');
  await seen(() => existsSync(join(stage, 'asking')));
  imds.facts.set('public-ipv4', '203.0.113.5');
  rmSync(join(stage, 'meanwhile'));

  await program.line(/its address is 203\.0\.113\.5/, 0, 20_000);
  expect(isPublished()).toBe(true);
}, 60_000);

test('a parked instance is settled at once, and asks anew when it is to serve; one that is to go asks no more', async () => {
  imds.facts.set(STATE, 'Warmed:Running');
  answer(true, 'it is in the warm pool');
  await live();
  const program = start();
  await program.line(/it is in the warm pool/);

  answer(true, 'it has eipalloc-1');
  imds.facts.set(STATE, 'InService');
  await program.line(/it has eipalloc-1/);
  expect(calls()).toHaveLength(2);

  imds.facts.set(STATE, 'Terminated');
  await seen(() => !isPublished());
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([calls().length, isPublished()]).toEqual([2, false]);
}, 40_000);

test('a metadata service that fails is waited for', async () => {
  imds.broken = true;
  await live();
  const program = start();
  await program.line(/the instance metadata does not answer/);
  imds.broken = false;
  imds.facts.set(STATE, 'InService');

  await program.line(/it has eipalloc-1/);
  expect(isPublished()).toBe(true);
}, 30_000);
