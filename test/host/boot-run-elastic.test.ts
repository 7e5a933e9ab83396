/** The boot script of an elastic fleet, which waits until its proxy is published. */
import { join } from 'node:path';
import { PUBLISHED_PATH } from '../../lib/private/pool-contract';
import { temporaryDirectory } from '../templates/synth';
import { userDataOfElasticFleet } from './boot-fleet';
import { BootHost } from './boot-host';

const directory = temporaryDirectory();
let host: BootHost | undefined;

afterAll(() => host?.end());

test('an instance of an elastic fleet signals once it has an address, and fails when it never gets one', async () => {
  host = await BootHost.start(
    userDataOfElasticFleet(join(directory, 'cdk.out')),
    'the boot script of an elastic fleet is not run',
  );
  if (!host) return;

  const without = await host.boot();

  expect(without.status).toBeGreaterThan(0);
  expect(without.output).toContain(`gave up after 408 attempts: test -e ${PUBLISHED_PATH}`);
  expect(without.calls.filter((call) => call.startsWith('cfn-signal'))).toEqual([
    expect.stringContaining('--exit-code 1 --reason boot failed at line'),
  ]);

  await host.run(`touch ${PUBLISHED_PATH}`);
  const { status, calls } = await host.boot();

  expect([status, await host.ask('http://10.0.0.5:8404/livez')]).toEqual([0, '200']);
  expect(calls.at(-2)).toBe(
    'systemctl restart proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity proxy-fleet-publish',
  );
  expect(calls.at(-1)).toContain('cfn-signal --exit-code 0 --reason live');
}, 90_000);
