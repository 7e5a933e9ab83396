/** What a dual-stack fleet writes for HAProxy, in a real one: with a client of either family, and letter by letter. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IpAddressType, ProxyFleet, ProxyTargets, TargetHealthCheck } from '../../lib';
import { ENGINE_DIRECTORY } from '../../lib/private/contract';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { check, optional } from './checkers';
import { userDataOf } from './cloud-config';
import { HaproxyProcess, loopbackAddress } from './haproxy-process';
import { ask, close, hasIpv6, serve, until } from './loopback';
import { featureFlags, synthesize, temporaryDirectory } from './synth';

const TIMEOUT_MS = 30_000;
const directory = temporaryDirectory();

function synthesizeFleet() {
  const app = new App({ outdir: join(directory, 'fleet'), context: featureFlags() });
  const stack = new Stack(app, 'Fleet');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0, ipProtocol: ec2.IpProtocol.DUAL_STACK });
  new ProxyFleet(stack, 'Edge', { vpc, ipAddressType: IpAddressType.DUAL_STACK })
    .addListener('Listener', { port: 80 })
    .addTargets('App', {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.http({ interval: Duration.seconds(1), rise: 1, fall: 1 }),
    });
  return synthesize(app, 'Fleet').template;
}

const userData = userDataOf(synthesizeFleet()).get('EdgeSlots1LaunchTemplate') ?? '';
const configuration = writtenFiles(userData).find(({ path }) => path.endsWith('/haproxy.cfg'))?.content ?? '';
const verbatim = join(directory, 'verbatim.cfg');
writeFileSync(verbatim, configuration.replaceAll(ENGINE_DIRECTORY, directory));
writeFileSync(join(directory, 'state.map'), 'state serving\n');

test('the configuration binds both families everywhere and is valid, without a warning', async () => {
  const { status, output } = await check(findHaproxy().path, ['-c', '-f', verbatim]);

  expect(status).toBe(0);
  expect(output).not.toMatch(/WARNING|ALERT/);
});

const withIpv6 = hasIpv6('nobody talks IPv6 with HAProxy');

(withIpv6 ? describe : describe.skip)('with a client of either family', () => {
  // There is one IPv6 loopback address for everybody on this machine.
  const port = (of: number) => 20_000 + (process.pid % 10_000) * 2 + (of === 80 ? 0 : 1);
  const address = loopbackAddress(0);
  const target = { address: loopbackAddress(1), port: 8080 };
  const client = loopbackAddress(2);
  let server: Server;
  let proxy: HaproxyProcess;

  beforeAll(async () => {
    server = await serve(target.address, target.port, ({ headers }) => `for ${headers['x-forwarded-for']}`);
    proxy = await HaproxyProcess.start({
      address,
      configuration: configuration.replace(/bind :::(\d+)/g, (_, of: string) => `bind ::1:${port(Number(of))}`),
      file: join(directory, 'adapted.cfg'),
      targets: new Map([['10.0.0.1:8080', target]]),
    });
    await until(
      () => proxy.health('/healthz'),
      ({ status }) => status === 200,
    );
  }, TIMEOUT_MS);

  afterAll(async () => {
    await proxy?.stop();
    if (server) await close(server);
  });

  test('is live and ready over both', async () => {
    for (const path of ['/livez', '/healthz']) {
      expect([(await proxy.health(path)).status, (await ask('::1', port(8404), path)).status]).toEqual([200, 200]);
    }
  });

  test('tells the targets of each client in the notation of its family', async () => {
    expect(await ask(address, proxy.port(80), '/', client)).toEqual({ status: 200, body: `for ${client}` });
    expect(await ask('::1', port(80), '/')).toEqual({ status: 200, body: 'for ::1' });
  });
});

/** Ports and wildcards as on an instance, in a network of their own: $1 HAProxy, $2 its configuration. */
const ON_AN_INSTANCE = `
ip link set lo up
"$1" -db -f "$2" >/dev/null 2>&1 &
for _ in $(seq 100); do curl -sf -o /dev/null http://127.0.0.1:8404/livez && break; sleep 0.1; done
for url in 'http://127.0.0.1:8404/livez' 'http://[::1]:8404/livez' 'http://127.0.0.1/' 'http://[::1]/'; do
  curl -sg -m 20 -o /dev/null -w '%{http_code} ' "$url"
done
kill $!
`;

test(
  'wildcards of both families share every port, letter by letter as on an instance',
  async () => {
    const curl = optional('curl', 'the configuration is not run letter by letter');
    const unshare = optional('unshare', 'the configuration is not run letter by letter');
    if (!withIpv6 || curl === undefined || unshare === undefined) return;
    if ((await check(unshare, ['-Urn', 'true'])).status !== 0) {
      process.stdout.write('skipped: no network namespaces here, so the configuration is not run letter by letter\n');
      return;
    }

    const { stdout } = await promisify(execFile)(unshare, [
      '-Urn',
      'bash',
      '-c',
      ON_AN_INSTANCE,
      'bash',
      findHaproxy().path,
      verbatim,
    ]);

    // Its only target is out of reach, so 503 is the listener's own answer.
    expect(stdout.trim()).toBe('200 200 503 503');
  },
  TIMEOUT_MS,
);
