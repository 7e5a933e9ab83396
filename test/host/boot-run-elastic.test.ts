/** The boot script of an elastic fleet, which waits until its proxy is published. */
import { join } from 'node:path';
import { PUBLISHED_PATH } from '../../lib/private/pool-contract';
import { temporaryDirectory } from '../templates/synth';
import { userDataOfElasticFleet } from './boot-fleet';
import { BootHost } from './boot-host';

const directory = temporaryDirectory();
let host: BootHost | undefined;

afterAll(() => host?.end());

test('an instance of an elastic fleet signals once it has an address, and when it never gets one fails and has its group replace it', async () => {
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
  expect(without.calls.at(-2)).toMatch(/describe-stack-resource --stack-name Fleet --logical-resource-id EdgeProxiesGroup/);
  expect(without.calls.at(-1)).toBe(
    'aws autoscaling complete-lifecycle-action --lifecycle-hook-name publish --auto-scaling-group-name group-of-the-stack ' +
      '--instance-id i-0123456789abcdef0 --lifecycle-action-result ABANDON --region us-east-1',
  );
  expect(without.console).toContain('proxy-fleet: the group replaces this instance');

  host.fail('complete-lifecycle-action');
  const unheard = await host.boot();
  host.fail('');

  expect(unheard.status).toBeGreaterThan(0);
  expect(unheard.console).toContain("proxy-fleet: the group replaces this instance when its hook's time is over");

  await host.run(`touch ${PUBLISHED_PATH}`);
  const { status, calls } = await host.boot();

  expect([status, await host.ask('http://10.0.0.5:8404/livez')]).toEqual([0, '200']);
  expect(calls.join()).not.toContain('complete-lifecycle-action');
  expect(calls.at(-2)).toBe(
    'systemctl restart proxy-fleet-watchdog proxy-fleet-guard proxy-fleet-zone-affinity proxy-fleet-publish',
  );
  expect(calls.at(-1)).toContain('cfn-signal --exit-code 0 --reason live');
}, 90_000);
