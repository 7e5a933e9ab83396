/** User data with and without heartbeats: what it holds, how large it is, and whether the Python of Amazon Linux understands it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderHeartbeatFile } from '../../lib/host/heartbeat-file';
import { PROGRAMS } from '../../lib/host/programs';
import { renderUserData } from '../../lib/host/user-data';
import {
  DRAIN_ENVIRONMENT_PATH,
  DRAIN_PATH,
  HEALTH_FILE_PATH,
  HEARTBEAT_ENVIRONMENT_PATH,
  HEARTBEAT_PATH,
  VRRP_FIFO_PATH,
  WATCHDOG_PATH,
} from '../../lib/private/contract';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { check, optional } from '../templates/checkers';
import { faultsOf } from '../templates/cloud-config';
import { fleetOf } from './host-files';

const ENGINE = {
  packages: ['haproxy'],
  files: [{ path: '/etc/proxy-fleet/haproxy.cfg', content: 'global\n' }],
  checkCommand: '/usr/sbin/haproxy -c -f /etc/proxy-fleet/haproxy.cfg',
  startCommand: '/usr/sbin/haproxy -Ws -f /etc/proxy-fleet/haproxy.cfg',
  reloadCommand: '/bin/kill -USR2 $MAINPID',
  stopSignal: 'SIGUSR1',
  notifies: true,
  user: 'haproxy',
};
const ENVIRONMENT = {
  STACK: 'Demo',
  REGION: 'eu-central-1',
  PROGRAMS: 's3://assets/0.zip',
  LISTENERS: '80',
  ZONES: 'eu-central-1a=10.0.0.0/24 eu-central-1b=10.0.1.0/24',
  RESOURCE: 'Group',
  ADDRESS_LISTS: 'local-ipv4s',
  ADDRESSES: '2',
};
const ADDRESSES = ['10.100.100.101', '10.100.100.102', '10.100.100.103'];
const DRAIN = { slot: '2', drain: { ownSeconds: 118, withVirtualIpsSeconds: 478 } };
const plain = renderUserData(ENGINE, ENVIRONMENT, DRAIN);
const full = renderUserData(ENGINE, ENVIRONMENT, { ...DRAIN, heartbeat: fleetOf(ADDRESSES, '2') });
const bootScript = (userData: string) => writtenFiles(userData).find(({ path }) => path.endsWith('boot.sh'))?.content ?? '';

test('without heartbeats nothing of them is on the instance', () => {
  expect(plain).not.toMatch(/keepalived|heartbeat/);
  expect(bootScript(plain)).toContain('dnf install -y awscli-2 nftables haproxy\n');
});

test('with heartbeats the instance gets their files, the package, and the units once the proxy is live', () => {
  expect(faultsOf(full)).toEqual([]);
  expect(writtenFiles(full).map(({ path, permissions }) => [path, permissions])).toEqual([
    ['/etc/proxy-fleet/slot.env', '0644'],
    [DRAIN_ENVIRONMENT_PATH, '0644'],
    ['/etc/proxy-fleet/haproxy.cfg', '0644'],
    ['/etc/systemd/system/proxy-fleet.service', '0644'],
    ['/opt/proxy-fleet/boot.sh', '0755'],
    [HEARTBEAT_ENVIRONMENT_PATH, '0644'],
  ]);
  expect(writtenFiles(full).find(({ path }) => path === HEARTBEAT_ENVIRONMENT_PATH)?.content).toBe(
    [
      "SLOT='2'",
      "ADDRESSES='10.100.100.101 10.100.100.102 10.100.100.103'",
      "ADVERT_MS='200'",
      "FUNCTION='arn:aws:lambda:eu-central-1:123456789012:function:takeover'",
      "REGION='eu-central-1'\n",
    ].join('\n'),
  );
  const steps = bootScript(full).split('\n');
  const order = [
    'retry 60 10 dnf install -y awscli-2 nftables haproxy keepalived',
    'systemctl daemon-reload',
    'systemctl enable proxy-fleet proxy-fleet-drain',
    'systemctl restart proxy-fleet-drain',
    ENGINE.checkCommand,
    'systemctl restart proxy-fleet',
    'retry 60 1 live_everywhere',
    'systemctl enable proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity proxy-fleet-heartbeat keepalived',
    'systemctl restart proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity proxy-fleet-heartbeat keepalived',
    'signal 0 "live"',
  ].map((step) => steps.indexOf(step));
  expect(order.every((at, index) => at > (order[index - 1] ?? 0))).toBe(true);
});

test('every instance knows what its drain needs: its slot, the hook, and how long each step may take', () => {
  expect(writtenFiles(plain).find(({ path }) => path === DRAIN_ENVIRONMENT_PATH)?.content).toBe(
    [
      "SLOT='2'",
      "HOOK='drain'",
      "HOOK_SECONDS='718'",
      "VIRTUAL_IP_SECONDS='90'",
      "SERVE_SECONDS='118'",
      "SERVE_SECONDS_WITH_VIRTUAL_IPS='478'",
      "STOP_SECONDS='90'\n",
    ].join('\n'),
  );
});

test('heartbeats leave room for listeners, whatever the number of slots', () => {
  const size = (slots: number) =>
    Buffer.byteLength(
      renderUserData(ENGINE, ENVIRONMENT, {
        ...DRAIN,
        heartbeat: fleetOf(Array.from({ length: slots }, (_, index) => `10.100.100.${100 + index}`)),
      }),
    ) - Buffer.byteLength(plain);

  process.stdout.write(
    `user data: ${Buffer.byteLength(plain)} bytes, and ${size(3)} for heartbeats of 3 slots, ${size(60)} of 60\n`,
  );
  expect(size(3)).toBeLessThan(500);
  expect(size(60) - size(3)).toBeLessThanOrEqual(57 * 15);
});

test('the scripts are Python 3.9, and nothing in them is for a shell or a template', async () => {
  const programs = Object.entries(PROGRAMS).filter(([path]) => path.endsWith('.py'));
  expect(programs.length).toBeGreaterThanOrEqual(3);
  const parse = (text: string) =>
    check('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1], feature_version=(3, 9))', text]);

  for (const [, content] of programs) {
    expect(content).not.toMatch(/`|\$\{/);
    expect(await parse(content)).toEqual({ status: 0, output: '' });
  }
  expect((await parse('match 1:\n  case 1: pass\n')).output).toMatch(/only supported in Python 3.10/);
});

test('the units run what is written, and the scripts use the places that others are told', () => {
  const content = (end: string) => Object.entries(PROGRAMS).find(([path]) => path.endsWith(end))?.[1] ?? '';

  expect(content('watchdog.service')).toContain(`ExecStart=/usr/bin/python3 -u ${WATCHDOG_PATH}\n`);
  expect(content('heartbeat.service')).toContain(`ExecStart=/usr/bin/python3 -u ${HEARTBEAT_PATH}\n`);
  expect(content('heartbeat.service')).toContain(VRRP_FIFO_PATH);
  expect(content('drain.service')).toContain(`ExecStart=/usr/bin/python3 -u ${DRAIN_PATH} --watch\n`);
  expect(content('watchdog.service')).toContain(`>${HEALTH_FILE_PATH}'`);
});

test('systemd takes the units and what is added to the one of the distribution without a word', async () => {
  const systemd = optional('systemd-analyze', 'the units are not verified');
  if (systemd === undefined) return;
  const verify = async (change: (text: string) => string) => {
    const directory = mkdtempSync(join(tmpdir(), 'units-'));
    const place = (name: string) => join(directory, name);
    mkdirSync(place('keepalived.service.d'));
    writeFileSync(place('keepalived.service'), '[Service]\nExecStart=/bin/true\n');
    for (const [path, content] of Object.entries(PROGRAMS)) {
      // keepalived itself need not be on this machine.
      const text = change(content).replace('/usr/sbin/keepalived', '/bin/true');
      if (/(heartbeat|watchdog|drain)\.service|keepalived.*\.conf$/.test(path))
        writeFileSync(place(path.split('/systemd/system/')[1] ?? ''), text);
    }
    const units = ['proxy-fleet-watchdog', 'proxy-fleet-heartbeat', 'proxy-fleet-drain', 'keepalived'].map((unit) =>
      place(`${unit}.service`),
    );
    const { output } = await check(systemd, ['verify', ...units]);
    rmSync(directory, { recursive: true });
    return output.split('\n').filter((line) => line.includes(directory));
  };

  expect(await verify((text) => text)).toEqual([]);
  expect(await verify((text) => text.replace('ReadWritePaths', 'ReadWritesPath'))).toEqual([
    expect.stringContaining('ReadWritesPath'),
  ]);
});

test('the systemd stand-in refuses a setting that systemd may not know', async () => {
  const stand = join(__dirname, 'systemd_stand_in.py');

  const { output } = await check('/bin/sh', [
    '-c',
    `unit=$(mktemp); printf '[Service]\\nWatchdogSecs=2\\n' >$unit; python3 ${stand} $unit; rm $unit`,
  ]);

  expect(output).toMatch(/unknown setting WatchdogSecs/);
});

test('one slot, too many slots and a slot of another fleet are refused with what to do', () => {
  const many = Array.from({ length: 256 }, (_, index) => `10.0.0.${index}`);

  expect(() => renderHeartbeatFile(fleetOf(['10.0.0.1']))).toThrow("heartbeats need 2 to 255 slots, got 1: change 'proxies'");
  expect(() => renderHeartbeatFile(fleetOf(many))).toThrow("heartbeats need 2 to 255 slots, got 256: change 'proxies'");
  expect(() => renderHeartbeatFile(fleetOf(ADDRESSES, '4'))).toThrow(
    "slot must be one of the fleet's, got '4': give one of 1,2,3",
  );
});

test('the programs that a deploy uploads are those of the source', () => {
  const folder = join(__dirname, '..', '..', 'assets', 'host');

  for (const [path, content] of Object.entries(PROGRAMS)) expect(readFileSync(join(folder, path), 'utf8')).toBe(content);
});
