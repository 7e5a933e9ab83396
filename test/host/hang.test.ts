/** A real HAProxy that hangs on a host that was booted, with the watchdog and the guard that were started there. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GUARD, WATCHDOG } from '../../lib/private/contract';
import { optional } from '../templates/checkers';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { PORTS, TARGET, userDataOfFleet } from './boot-fleet';
import { BootHost } from './boot-host';

const TIMEOUT_MS = 60_000;
/** What clients that retry may have to wait. */
const REFUSED_WITHIN_MS = 3000;
const userData = userDataOfFleet(join(temporaryDirectory(), 'cdk.out'));
const hosts: BootHost[] = [];

/** A host with a proxy that the guard has seen well. */
async function booted(): Promise<BootHost | undefined> {
  const host = await BootHost.start(userData, 'no proxy hangs');
  if (!host) return undefined;
  hosts.push(host);
  await host.boot();
  await until(
    async () => host.log('proxy-fleet-watchdog'),
    (log) => log.includes('well'),
  );
  await moment(4 * GUARD.lookMs);
  return host;
}

afterAll(async () => {
  await Promise.all(hosts.map((host) => host.end()));
});

const moment = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const live = 'http://10.0.0.5:8404/livez';
const mainProcess = (host: BootHost, unit: string) => /^started (\d+)$/m.exec(host.log(unit))?.[1] ?? '';
const kills = (host: BootHost) => host.calls().filter((call) => call.startsWith('systemctl kill'));

/** Milliseconds until the proxy is killed. */
async function killed(host: BootHost): Promise<number> {
  const started = Date.now();
  await until(
    async () => kills(host).length,
    (count) => count > 0,
  );
  expect(kills(host)).toEqual(['systemctl kill -s KILL proxy-fleet']);
  return Date.now() - started;
}

async function expectLiveAgain(host: BootHost): Promise<void> {
  expect(
    await until(
      () => host.ask(live),
      (status) => status === '200',
    ),
  ).toBe('200');
  await moment(WATCHDOG.intervalMs * WATCHDOG.rise + GUARD.answerMs);
  expect(kills(host)).toHaveLength(1);
}

test(
  'a proxy that hangs is killed in time, and the next one serves',
  async () => {
    const host = await booted();
    if (!host) return;

    await host.run(`kill -STOP -- -${mainProcess(host, 'proxy-fleet')}`);
    const took = await killed(host);

    process.stdout.write(`hang: killed after ${took} ms\n`);
    expect(took).toBeLessThan(REFUSED_WITHIN_MS);
    await expectLiveAgain(host);
  },
  TIMEOUT_MS,
);

test(
  'a proxy that lost a listener is killed in time, though its live path answers',
  async () => {
    const host = await booted();
    if (!host) return;
    const file = '/etc/proxy-fleet/haproxy.cfg';

    await host.run(
      `cp ${file} /run/complete; sed -i 's/bind \\*:${PORTS.http}$/bind *:81/' ${file}; kill -USR2 ${mainProcess(host, 'proxy-fleet')}`,
    );
    await until(
      async () => (await host.run('ss -ltn')).output,
      (listeners) => !listeners.includes(`:${PORTS.http} `),
    );
    await host.run(`cp /run/complete ${file}`);
    expect(await host.ask(live)).toBe('200');

    expect(await killed(host)).toBeLessThan(REFUSED_WITHIN_MS);
    await expectLiveAgain(host);
  },
  TIMEOUT_MS,
);

test(
  'neither dead targets, nor slow ones, nor a frozen watchdog get a proxy killed',
  async () => {
    const host = await booted();
    if (!host) return;
    const slow = `import socket, time; s = socket.create_server((\\"${TARGET.address}\\", ${TARGET.port}), backlog=512); time.sleep(60)`;

    expect(await host.ask(`http://10.0.0.5:${PORTS.http}/`)).toBe('503');
    await host.run(`python3 -c "${slow}" & for i in $(seq 40); do curl -s -m 9 http://10.0.0.5:${PORTS.http}/ & done; true`);
    const frozen = mainProcess(host, 'proxy-fleet-watchdog');
    await host.run(`kill -STOP ${frozen}`);
    await moment(WATCHDOG.silenceMs + REFUSED_WITHIN_MS);

    expect(host.log('proxy-fleet-watchdog')).toContain('watchdog expired');
    expect(kills(host)).toEqual([]);
    expect(await host.ask(live)).toBe('200');
  },
  TIMEOUT_MS,
);

test(
  'a proxy that does not come back well is rejected from outside until it does',
  async () => {
    const [nft, host] = [optional('nft', 'no ports are rejected'), await booted()];
    if (!host || nft === undefined) return;
    for (const command of [
      'ip link add inside type veth peer name outside',
      'ip link set inside up; ip address add 10.9.0.1/24 dev inside',
      'unshare -n /bin/sleep 99 & echo $! >$RIG/outside; /bin/sleep 0.3; ip link set outside netns $(cat $RIG/outside)',
      'nsenter -t $(cat $RIG/outside) -n sh -c "ip link set outside up; ip address add 10.9.0.2/24 dev outside"',
    ])
      await host.run(command);
    /** Exit status of curl from another host: 0 served, 7 refused, 28 no answer in a second. */
    const outside = async () => {
      const url = `http://10.9.0.1:${PORTS.http}/`;
      return (await host.run(`nsenter -t $(cat $RIG/outside) -n curl -s -o /dev/null -m 1 ${url}`)).status;
    };
    expect(await outside()).toBe(0);

    writeFileSync(join(host.rig, 'wedged'), `8404 ${PORTS.http} ${PORTS.tcp}`);
    await host.run(`kill -STOP -- -${mainProcess(host, 'proxy-fleet')}`);
    await killed(host);
    await until(
      async () => host.log('proxy-fleet-guard'),
      (log) => log.includes('its ports are rejected'),
      GUARD.patienceSeconds * 1000 + 3000,
    );
    await moment(1500);
    expect([await host.ask(live), await outside()]).toEqual(['000', 7]);

    writeFileSync(join(host.rig, 'wedged'), '');
    await host.run('systemctl kill -s KILL proxy-fleet');
    expect(await until(outside, (status) => status === 0, 10_000)).toBe(0);
  },
  TIMEOUT_MS,
);

test(
  'what is beyond repair is reported for this instance',
  async () => {
    const host = await booted();
    if (!host) return;

    await host.run(
      'cd /opt/proxy-fleet; . /etc/proxy-fleet/slot.env; export REGION; python3 -c "import guard; guard.run(str(), guard.REPORT)"',
    );

    expect(host.calls().at(-1)).toBe(
      'aws autoscaling set-instance-health --region us-east-1 --instance-id i-0123456789abcdef0 --health-status Unhealthy',
    );
  },
  TIMEOUT_MS,
);
