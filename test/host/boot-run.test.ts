/** The boot script itself, run on a host of the test, up to a real HAProxy that serves from the very files that it wrote. */
import { join } from 'node:path';
import { renderBootScript } from '../../lib/host/boot-script';
import { CLOUDWATCH_AGENT_PATH } from '../../lib/private/contract';
import { temporaryDirectory } from '../templates/synth';
import { PORTS, userDataOfFleet } from './boot-fleet';
import { BootHost, type Ran } from './boot-host';

const directory = temporaryDirectory();
const LOSS = 'the boot script is not run';
const TIMEOUT_MS = 90_000;
const userData = userDataOfFleet(join(directory, 'cdk.out'), { bootCommands: ['echo "user command" >>$RIG/calls'] });
const hosts: BootHost[] = [];

async function hostWith(text = userData): Promise<BootHost | undefined> {
  const host = await BootHost.start(text, LOSS);
  if (host) hosts.push(host);
  return host;
}

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.end()));
});

const LIVE = 'http://10.0.0.5:8404/livez';
const signalOf = (calls: string[]) => calls.filter((call) => call.startsWith('cfn-signal'));

test(
  'takes its steps in order, ends with a proxy that is live and watched over, and may run again',
  async () => {
    const host = await hostWith();
    if (!host) return;

    const first = await host.boot();

    expect([first.status, first.output]).toEqual([0, expect.stringContaining('proxy-fleet: live on 10.0.0.5')]);
    expect(first.calls.map((call) => call.replace(/s3:\S+/, 'URL'))).toEqual([
      'dnf install -y awscli-2 nftables haproxy',
      'aws s3 cp --region us-east-1 --only-show-errors URL /opt/proxy-fleet/programs.zip',
      'systemctl restart systemd-sysctl systemd-journald',
      'systemctl daemon-reload',
      'systemctl enable proxy-fleet proxy-fleet-drain',
      'systemctl restart proxy-fleet-drain',
      'user command',
      'haproxy -c -f /etc/proxy-fleet/haproxy.cfg',
      'systemctl restart proxy-fleet',
      'haproxy -Ws -f /etc/proxy-fleet/haproxy.cfg',
      'systemctl enable proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity',
      'systemctl restart proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity',
      expect.stringMatching(
        /^cfn-signal --exit-code 0 --reason live --stack Fleet --resource EdgeSlots1GroupASG\w+ --region us-east-1$/,
      ),
    ]);
    expect(first.console).toContain('proxy-fleet: live on 10.0.0.5');
    expect(await host.ask(LIVE)).toBe('200');

    const second = await host.boot();

    expect([second.status, second.calls.map((call) => call.split(' ')[0])]).toEqual([
      0,
      first.calls.map((call) => call.split(' ')[0]),
    ]);
    expect(await host.ask(LIVE)).toBe('200');
    expect((await host.run('cat /run/proxy-fleet-engine/state.map')).output).toBe('state serving\n');
  },
  TIMEOUT_MS,
);

test(
  'sets the host up: UTC, kernel, log limits, and ports that stay free for the listeners',
  async () => {
    const host = await hostWith();
    if (!host) return;
    await host.boot();
    const read = async (command: string) => (await host.run(command)).output.trim();

    expect(await read('readlink /etc/localtime')).toBe('../usr/share/zoneinfo/UTC');
    expect(await read('cat /etc/sysctl.d/91-proxy-fleet-ports.conf')).toBe(
      `net.ipv4.ip_local_reserved_ports = 8404,${PORTS.http},${PORTS.tcp}`,
    );
    expect(await read('grep -c = /etc/sysctl.d/90-proxy-fleet.conf /etc/systemd/journald.conf.d/proxy-fleet.conf')).toMatch(
      /:7\n.*:1$/,
    );
    // The kernel itself takes what belongs to the network; the rest a namespace cannot change.
    const taken = await host.run('for file in /etc/sysctl.d/9?-proxy-fleet*.conf; do /usr/sbin/sysctl -e -p $file; done');
    expect([taken.status, taken.output]).toEqual([0, expect.not.stringMatching(/error|cannot|invalid/i)]);
    expect(await read('cat /proc/sys/net/ipv4/ip_local_reserved_ports')).toBe(`${PORTS.tcp},${PORTS.http},8404`);
  },
  TIMEOUT_MS,
);

/** Line of the boot script that begins so. */
const lineOf = (start: string) => {
  const text = renderBootScript({ packages: [], checkCommand: '/usr/sbin/haproxy -c', bootCommands: ['echo "user command"'] });
  return text.split('\n').findIndex((line) => `${line} `.startsWith(start)) + 1;
};

const expectFailure = (line: number, { status, output, calls, console }: Ran & { calls: string[]; console: string }) => {
  expect(status).toBeGreaterThan(0);
  expect(output).toContain(`proxy-fleet: boot failed at line ${line}`);
  expect(signalOf(calls)).toEqual([expect.stringContaining(`--exit-code 1 --reason boot failed at line ${line} --stack`)]);
  expect(console).toContain(`proxy-fleet: boot failed at line ${line}`);
};

test(
  'signals and tells the console the line of each step that fails',
  async () => {
    const host = await hostWith();
    if (!host) return;

    for (const [pattern, start] of [
      ['^dnf', 'retry 60 10 dnf'],
      ['^aws', 'retry 30 5 aws'],
      ['^systemctl restart systemd-sysctl', 'systemctl restart systemd-sysctl'],
      ['^haproxy -c', '/usr/sbin/haproxy -c'],
      ['^systemctl enable proxy-fleet proxy-fleet-drain$', 'systemctl enable proxy-fleet '],
      ['^systemctl restart proxy-fleet-watchdog', 'systemctl restart proxy-fleet-watchdog'],
    ] as const) {
      host.fail(pattern);
      expectFailure(lineOf(start), await host.boot());
    }
    host.fail('');
    await host.run('ip address del 10.0.0.5/32 dev lo');
    expectFailure(lineOf('retry 60 2 addresses_owned'), await host.boot());
  },
  TIMEOUT_MS,
);

test(
  'fails with a command of the user that fails, and with a signal that nobody takes does not',
  async () => {
    const host = await hostWith(userDataOfFleet(join(directory, 'false'), { bootCommands: ['ls /nowhere'] }));
    if (!host) return;

    expectFailure(lineOf('echo "user command"'), await host.boot());

    await host.run("sed -i 's/^ls .nowhere$/true/' /opt/proxy-fleet/boot.sh");
    host.fail('^cfn-signal');
    const { status, output } = await host.boot();
    expect([status, output]).toEqual([0, expect.stringContaining('the signal was not taken')]);
  },
  TIMEOUT_MS,
);

test(
  'fails with a configuration that is accepted but does not start, and shows what the proxy said',
  async () => {
    const host = await hostWith();
    if (!host) return;
    await host.run("sed -i 's/^global$/global\\n    strict-limits\\n    maxconn 2000000/' /etc/proxy-fleet/haproxy.cfg");

    const failed = await host.boot();

    expect(failed.calls).toContain('haproxy -c -f /etc/proxy-fleet/haproxy.cfg');
    expectFailure(lineOf('systemctl restart proxy-fleet '), failed);
    expect(failed.console).toMatch(/FD limit|maxconn/i);
    expect(await host.ask(LIVE)).toBe('000');
  },
  TIMEOUT_MS,
);

test(
  "starts CloudWatch's agent where it is wanted, with the fleet's name, and serves without it",
  async () => {
    const host = await hostWith(userDataOfFleet(join(directory, 'agent'), { cloudWatchAgent: true }));
    if (!host) return;
    const started = `amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${CLOUDWATCH_AGENT_PATH}`;

    const { calls } = await host.boot();

    expect(calls[0]).toBe('dnf install -y awscli-2 nftables haproxy amazon-cloudwatch-agent');
    expect(calls.at(-2)).toBe(started);
    const told = JSON.parse((await host.run(`cat ${CLOUDWATCH_AGENT_PATH}`)).output);
    expect(Object.values<object>(told.metrics.metrics_collected)).toEqual(
      Array(4).fill(expect.objectContaining({ append_dimensions: { Fleet: 'Fleet/Edge' } })),
    );

    host.fail('^amazon-cloudwatch-agent-ctl');
    const { status, output } = await host.boot();

    expect([status, output]).toEqual([0, expect.stringContaining("CloudWatch's agent does not start")]);
    expect(await host.ask(LIVE)).toBe('200');
  },
  TIMEOUT_MS,
);
