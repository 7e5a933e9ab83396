/** That HAProxy starts with what is written, with the descriptors that its unit grants and with fewer: `haproxy -c` does not tell. */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import {
  ConnectionReuse,
  ListenerCondition,
  ListenerProtocol,
  ProxyEngine,
  type ProxyFleet,
  ProxyProtocolVersion,
  ProxyTargets,
  TargetHealthCheck,
  TargetProtocol,
} from 'cdk-proxy-fleet';
import { MAX_CONNECTIONS } from '../../lib/engine/haproxy-sections';
import { renderProxyUnit } from '../../lib/host/proxy-unit';
import { AUTHORITIES_PATH } from '../../lib/private/contract';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { check } from '../templates/checkers';
import { localConfiguration, loopbackAddress } from '../templates/haproxy-process';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { certificate, configurationOf, withCertificates } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const HOSTS = ['a.example.com', 'b.example.com'];

/** Everything that a fleet can be told, at once. */
function everything(fleet: ProxyFleet, stack: Parameters<Parameters<typeof configurationOf>[1]>[1]): void {
  const certificates = HOSTS.map((host) => certificate(stack, host));
  const healthCheck = TargetHealthCheck.http({ path: '/health', fall: 2 });
  const named = ProxyTargets.dnsName('app.internal.example.com');
  const record = ProxyTargets.srvRecord('_http._tcp.app.internal.example.com');
  const fixed = ProxyTargets.ipAddresses(['10.0.0.1', '10.0.0.2']);
  const { hostHeaders, pathPatterns, sniHosts } = ListenerCondition;
  const https = fleet.addListener('Https', {
    port: 443,
    certificates,
    acceptProxyProtocol: true,
    connectTimeout: Duration.seconds(1),
    idleTimeout: Duration.minutes(5),
    tunnelTimeout: Duration.hours(2),
    maxConnections: 1000,
    rawDirectives: ['http-response set-header Strict-Transport-Security max-age=63072000'],
  });
  https.addTargets('Odd', {
    conditions: [hostHeaders(['*', 'a?b.*.example.com', '-x.example.com']), pathPatterns(['/a(b)$c;d&e!f,g=h@i~j+k.l:m%20*n?o'])],
    priority: 1,
    targets: ProxyTargets.weighted([
      { targets: fixed, weight: 9 },
      { targets: record, weight: 1 },
      { targets: named, weight: 0 },
    ]),
    port: 8443,
    protocol: TargetProtocol.HTTPS,
    tlsServerName: 'app.internal.example.com',
    sendProxyProtocol: ProxyProtocolVersion.V2,
    stickinessCookieDuration: Duration.days(7),
    rawDirectives: ['option http-pretend-keepalive'],
    healthCheck,
  });
  https.addTargets('Record', { conditions: [pathPatterns(['/*'])], priority: 2, targets: record, crossZoneEnabled: true });
  const pass = fleet.addListener('Pass', { port: 8443, protocol: ListenerProtocol.TCP });
  pass.addTargets('One', {
    conditions: [sniHosts(['one.example.com', '*.one.example.com'])],
    priority: 5,
    targets: fixed,
    port: 1,
  });
  const tls = fleet.addListener('Tls', { port: 6514, protocol: ListenerProtocol.TLS, certificates });
  tls.addTargets('Sure', { conditions: [sniHosts(['b.*'])], priority: 5, targets: fixed, port: 1, protocol: TargetProtocol.TLS });
  tls.addTargets('Rest', { targets: named, port: 514, sendProxyProtocol: ProxyProtocolVersion.V1, crossZoneEnabled: true });
}

function localOf(reuse: ConnectionReuse): string {
  const engine = ProxyEngine.haproxy({
    connectionReuse: reuse,
    globalDirectives: ['tune.maxaccept 64'],
    defaultsDirectives: ['timeout queue 2s'],
  });
  const folder = join(directory, reuse);
  mkdirSync(folder, { recursive: true });
  const text = withCertificates(configurationOf(folder, everything, { engine }), folder, HOSTS);
  return localConfiguration(text, folder, { addresses: [address] }).replaceAll(
    AUTHORITIES_PATH,
    join(folder, 'a.example.com.pem'),
  );
}

const file = join(directory, 'all.cfg');
const configurations = new Map(Object.values(ConnectionReuse).map((reuse) => [reuse, localOf(reuse)]));
writeFileSync(file, configurations.get(ConnectionReuse.SAFE) ?? '');

/** What HAProxy answers to an order over its socket; nothing while it is not there. */
function asked(path: string, order: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(path, () => socket.write(`${order}\n`));
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

/** Starts HAProxy with so many descriptors at most; resolves with what it said, or '' if it still ran a second later. */
function started(descriptors: number, place = file): Promise<string> {
  const script = 'ulimit -n "$1" || { echo no rights; exit; }; exec timeout 1 "$2" -db -f "$3"';
  return new Promise((resolve) => {
    execFile('bash', ['-c', script, 'bash', String(descriptors), findHaproxy().path, place], (error, stdout, stderr) => {
      const ran = error?.code === 124;
      resolve(ran ? '' : `${stdout}${stderr}`);
    });
  });
}

test.each(Object.values(ConnectionReuse))(
  'all that a fleet can be told is valid without a warning, with reuse %p',
  async (reuse) => {
    const place = join(directory, `${reuse}.cfg`);
    writeFileSync(place, configurations.get(reuse) ?? '');

    const { status, output } = await check(findHaproxy().path, ['-c', '-f', place]);

    expect(output).not.toMatch(/WARNING|ALERT/);
    expect(status).toBe(0);
  },
);

test('HAProxy starts with the descriptors that its unit grants', async () => {
  const granted = Number(/LimitNOFILE=(\d+)/.exec(renderProxyUnit({ startCommand: '' } as never))?.[1]);
  expect(configurations.get(ConnectionReuse.SAFE)).toContain(`fd-hard-limit ${granted}`);
  const said = await started(granted);
  if (said.includes('no rights')) {
    process.stdout.write(`skipped: no right to ${granted} descriptors here, so HAProxy is started with fewer only\n`);
    return;
  }

  expect(said).toBe('');
});

test('as many connections are served in all as a listener may ask for, pipes for splicing counted in', async () => {
  const part = 8;
  const place = join(directory, 'limits.cfg');
  const socket = join(directory, 'limits.sock');
  const [granted, text] = [65_536 / part, configurations.get(ConnectionReuse.SAFE) ?? ''];
  writeFileSync(place, text.replace(/stats socket \S+/, `stats socket ${socket}`));
  const ended = started(granted, place);
  const limit = await until(
    async () => Number(/^Maxconn: (\d+)/m.exec(await asked(socket, 'show info'))?.[1] ?? 0),
    (seen) => seen > 0,
    900,
  );
  await ended;

  expect(text).toContain('splice-response');
  expect(limit * part).toBeGreaterThan(MAX_CONNECTIONS);
  expect(limit * part).toBeLessThan(MAX_CONNECTIONS * 1.1);
});

test.each([1024, 8192])('and with %p', async (descriptors) => {
  expect(await started(descriptors)).toBe('');
});

test('more connections than the descriptors allow are valid to the check, and only a start shows that they are too many', async () => {
  const place = join(directory, 'greedy.cfg');
  writeFileSync(place, (configurations.get(ConnectionReuse.SAFE) ?? '').replace('global\n', 'global\n    maxconn 50000\n'));

  const checked = await check(findHaproxy().path, ['-c', '-f', place]);
  const said = await started(8192, place);

  expect(checked.status).toBe(0);
  expect(said).toMatch(/Cannot raise FD limit/);
});
