/** The drain of a proxy, with a real HAProxy, in real but short times. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { loopbackAddress } from '../templates/haproxy-process';
import { close, serve, until } from '../templates/loopback';
import { Child } from './child';
import { DrainRig } from './drain-rig';

const SERVING = [200, 200, 200];
const LEAVING = [200, 200, 503];
const DRAINING = [200, 503, 503];
const STOPPED = [0, 0, 0];
const HINT = 'INSTANCE "slot-2" STOP 0';
const STOP = 'systemctl stop proxy-fleet';
const GROUP = '--lifecycle-hook-name drain --auto-scaling-group-name Demo-Group --instance-id i-0123';
const END = '--region eu-central-1 --output text';
const NAME_OF_GROUP =
  `aws cloudformation describe-stack-resource --stack-name Demo --logical-resource-id EdgeSlots2Group ` +
  `--query StackResourceDetail.PhysicalResourceId ${END}`;
const COMPLETE = `aws autoscaling complete-lifecycle-action ${GROUP} --lifecycle-action-result CONTINUE ${END}`;
const MORE_TIME = `aws autoscaling record-lifecycle-action-heartbeat ${GROUP} ${END}`;

const directory = mkdtempSync(join(tmpdir(), 'drain-'));
const target = { address: loopbackAddress(7), port: 18_731 };
let server: Server;
let rig: DrainRig;
let scenes = 0;

beforeAll(async () => {
  server = await serve(target.address, target.port, () => 'hello');
});

beforeEach(async () => {
  rig = await DrainRig.start({ directory: join(directory, String(++scenes)), address: loopbackAddress(6), target });
  await until(
    () => rig.health(),
    (health) => health.join() === SERVING.join(),
  );
});

afterEach(() => rig.stop());

afterAll(async () => {
  await Child.endAll();
  await close(server);
  rmSync(directory, { recursive: true, force: true });
});

const becomes = async (wanted: number[]) =>
  expect(
    await until(
      () => rig.health(),
      (health) => health.join() === wanted.join(),
    ),
  ).toEqual(wanted);

test('virtual IPs leave first, then the ready path fails while traffic is served, then the proxy stops', async () => {
  rig.virtualIps('203.0.113.7', '203.0.113.8');

  const drain = rig.drain();
  await becomes(LEAVING);
  expect([rig.state, rig.marks, rig.calls]).toEqual(['leaving', ['leaving'], []]);
  await drain.line(/virtual IPs 203\.0\.113\.7 203\.0\.113\.8 are here/);
  await drain.line(/gave a hint/);
  rig.virtualIps('203.0.113.8');
  await drain.line(/virtual IPs 203\.0\.113\.8 are here/);
  expect(await rig.health()).toEqual(LEAVING);
  rig.virtualIps();
  await becomes(DRAINING);
  expect([rig.state, rig.marks, rig.calls]).toEqual(['draining', ['draining'], []]);
  await drain.line(/serving for 2 s/);
  await drain.line(/the proxy is stopped after [\d.]+ s/);

  expect(await rig.health()).toEqual(STOPPED);
  expect(rig.hints()).toEqual([HINT]);
  expect(rig.calls).toEqual([STOP]);
  expect(drain.lines.map(({ text }) => text.replace(/[\d.]+ s$/, 'N s'))).toEqual([
    'drain: virtual IPs 203.0.113.7 203.0.113.8 are here',
    'drain: gave a hint',
    'drain: virtual IPs 203.0.113.8 are here',
    'drain: virtual IPs 203.0.113.8 moved away after N s',
    'drain: the ready path fails, serving for N s',
    'drain: served on after N s',
    'drain: the proxy is stopped after N s',
  ]);
  expect(Number(/served on after ([\d.]+)/.exec(drain.lines[5]?.text ?? '')?.[1])).toBeGreaterThanOrEqual(2);
});

test('without a live peer it waits as long as it may, says so, and serves for as long as any name may lead here', async () => {
  rig.configure({ VIRTUAL_IP_SECONDS: '1' });
  rig.virtualIps('203.0.113.7');

  const drain = rig.drain();
  await drain.line(/virtual IPs 203\.0\.113\.7 stay: no live peer took them; going on after 1\.\d s/);
  await drain.line(/serving for 3 s/);
  await drain.line(/the proxy is stopped/);

  expect(rig.calls).toEqual([STOP]);
});

test('what cannot be asked or told holds nothing up beyond its bound', async () => {
  rig.configure({ VIRTUAL_IP_SECONDS: '1', SERVE_SECONDS_WITH_VIRTUAL_IPS: '0' });
  rig.imds.broken = true;
  rig.closeFifo();

  const drain = rig.drain();
  await drain.line(/gave no hint, the sweep of a minute must do/);
  await drain.line(/virtual IPs may be here: no live peer took them; going on/);
  await drain.line(/the proxy is stopped/);

  expect(rig.state).toBe('draining');
});

test('a second drain at the same time waits for the first, and then has nothing to do', async () => {
  const first = rig.drain();
  await first.line(/serving for/);
  const second = rig.drain();
  await second.line(/another drain is under way/);
  await first.line(/the proxy is stopped/);
  await second.line(/the proxy does not run, nothing to drain/);

  expect(rig.calls).toEqual([STOP]);
});

test('an undo ends the drain that is under way and puts the proxy back; after a drain it starts the proxy again', async () => {
  const drain = rig.drain();
  await becomes(DRAINING);
  const undo = rig.drain('--undo');
  await undo.line(/the proxy serves/);
  await drain.line(/undone by somebody else/);

  expect(await rig.health()).toEqual(SERVING);
  expect([rig.state, rig.marks, rig.calls]).toEqual(['serving', [], ['systemctl start proxy-fleet']]);
});

test('an undo ends a drain that waits, too, whoever of both comes next', async () => {
  rig.configure({ SERVE_SECONDS: '20' });
  const first = rig.drain();
  await first.line(/serving for/);
  const second = rig.drain();
  await second.line(/another drain is under way/);
  const undo = rig.drain('--undo');
  await first.line(/undone by somebody else/);
  await second.line(/undone by somebody else/);
  await undo.line(/the proxy serves/);

  expect(await rig.health()).toEqual(SERVING);
  expect([rig.state, rig.marks, rig.calls]).toEqual(['serving', [], ['systemctl start proxy-fleet']]);
});

test('killed in the middle it leaves the proxy draining, and the next drain goes on from there', async () => {
  rig.configure({ SERVE_SECONDS: '4' });
  const killed = rig.drain();
  await killed.line(/serving for 4 s/);
  await pause(1500);
  killed.kill('SIGKILL');
  await pause(200);
  expect([await rig.health(), rig.state]).toEqual([DRAINING, 'draining']);

  const next = rig.drain();
  await next.line(/serving for [12] s/);
  await next.line(/the proxy is stopped/);

  expect(next.lines.map(({ text }) => text).filter((text) => text.includes('virtual IP'))).toEqual([]);
});

test('it watches for the end of the instance, asks for more time when the hook may not wait, and completes the action', async () => {
  rig.configure({ HOOK_SECONDS: '2.5', SERVE_SECONDS: '3' });
  const watch = rig.drain('--watch');
  await pause(1000);
  expect([await rig.health(), rig.calls, watch.lines]).toEqual([SERVING, [], []]);

  rig.imds.facts.set('autoscaling/target-lifecycle-state', 'Terminated');
  await watch.line(/this instance is to end/);
  const undo = rig.drain('--undo');
  await undo.line(/is to end, which cannot be undone/);
  await watch.line(/the lifecycle action is completed after [\d.]+ s/);

  const unlike = rig.calls.filter((call, index, calls) => call !== calls[index - 1]);
  expect(unlike).toEqual([NAME_OF_GROUP, MORE_TIME, STOP, COMPLETE]);
});

test('a Spot instance that EC2 takes back leaves at once', async () => {
  rig.configure({ SERVE_SECONDS: '3' });
  const watch = rig.drain('--watch');
  await pause(500);
  expect([await rig.health(), watch.lines]).toEqual([SERVING, []]);

  rig.imds.facts.set('spot/instance-action', '{"action": "terminate", "time": "2026-01-01T00:02:00Z"}');
  await watch.line(/this instance is to end/);
  await watch.line(/serving for 3 s/);

  expect(await rig.health()).toEqual(DRAINING);
  await watch.line(/the proxy is stopped/);
});

test('an action that cannot be completed is tried again, and a proxy that never ran keeps nobody waiting', async () => {
  rig.put('unit', 'inactive\n');
  rig.put('aws-fails', '');
  rig.imds.facts.set('autoscaling/target-lifecycle-state', 'Terminated');

  const watch = rig.drain('--watch');
  await watch.line(/the proxy does not run, nothing to drain/);
  await until(
    async () => rig.calls.length,
    (count) => count >= 3,
  );
  rig.put('unit', 'inactive\n');
  rmSync(join(directory, String(scenes), 'aws-fails'));
  await watch.line(/the lifecycle action is completed/);

  expect(rig.calls.at(-1)).toBe(COMPLETE);
});

test('a shutdown drains, but for the stop, which is systemd’s; a unit that merely stops does nothing', async () => {
  const stop = rig.drain('--shutdown');
  await stop.over();
  expect([stop.lines, await rig.health()]).toEqual([[], SERVING]);
  rig.put('system', 'stopping\n');

  const shutdown = rig.drain('--shutdown');
  await shutdown.line(/systemd stops the proxy next/);

  expect([await rig.health(), rig.calls]).toEqual([DRAINING, []]);
});

test('an unknown option is refused with those that there are', async () => {
  const drain = rig.drain('--now');

  await drain.line(/the option must be --undo, --watch, --shutdown or none, got --now/);
});
