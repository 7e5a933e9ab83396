import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  FailoverBranch,
  type FailoverBudget,
  FailoverEndpoint,
  MultivalueEndpoint,
  ProxyFleet,
  ProxyHealthCheck,
  ProxyTargets,
  VirtualIpPool,
} from 'cdk-proxy-fleet';
import type { TemplateBudgets } from '../../rehearsal/budget/read-budgets';
import { assembly, dualStack, file, stackWith } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';

async function told(path: string, ...args: string[]): Promise<TemplateBudgets> {
  const { status, stdout, stderr } = await proxyFleet(['budget', path, '--json', ...args]);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

/** Every kind of endpoint and virtual IP, with the budgets that the library computed. */
function everything(): { directory: string; budgets: Record<string, FailoverBudget> } {
  const budgets: Record<string, FailoverBudget> = {};
  const directory = stackWith((stack, vpc) => {
    const fleet = new ProxyFleet(stack, 'Edge', { vpc });
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.org' });
    const vips = new VirtualIpPool(stack, 'Vips', { fleet, heartbeat: Duration.millis(500) });
    const slow = ProxyHealthCheck.tcp({ interval: Duration.seconds(30), failureThreshold: 2 });
    const www = { zone, recordName: 'www', addresses: fleet, ttl: Duration.seconds(20) };
    budgets['www.example.org DNS'] = new MultivalueEndpoint(stack, 'Www', www).failoverBudget;
    const app = new MultivalueEndpoint(stack, 'App', { zone, recordName: 'app', addresses: vips, healthCheck: slow });
    budgets['app.example.org DNS'] = app.failoverBudget;
    budgets['app.example.org takeover'] = vips.failoverBudget;
    budgets['shop.example.org DNS'] = new FailoverEndpoint(stack, 'Shop', {
      ...{ zone, recordName: 'shop', ttl: Duration.seconds(30) },
      primary: FailoverBranch.addresses(fleet, { minHealthy: 2 }),
      secondary: FailoverBranch.ipAddresses(['203.0.113.7'], { healthCheck: slow }),
    }).failoverBudget;
    for (const vip of vips.virtualIps) budgets[`${vip.node.path.replace('Own/', '')} takeover`] = vip.failoverBudget;
  });
  return { directory, budgets };
}

test('the budgets of a template are those that the library computed, for each kind of endpoint and virtual IP', async () => {
  const { directory, budgets } = everything();

  const { stack, budgets: rows } = await told(directory);

  const formulas = Object.fromEntries(rows.map(({ entry, by, formula }) => [`${entry} ${by}`, formula]));
  expect(stack).toBe('Own');
  expect(formulas).toEqual({
    ...Object.fromEntries(Object.entries(budgets).map(([name, { formula }]) => [name, formula])),
    'primary.shop.example.org DNS': expect.stringMatching(/ = 88 s$/),
  });
});

test('they stand in the outputs and in the metadata that cdk synth writes', () => {
  const { directory, budgets } = everything();
  const read = (name: string) => JSON.parse(readFileSync(join(directory, name), 'utf8'));

  const outputs = Object.values<{ Value: string; Description?: string }>(read('Own.template.json').Outputs);
  const manifest: unknown = read('manifest.json').artifacts.Own;
  const metadata = JSON.stringify([manifest, read('Own.metadata.json')]);

  const { formula, terms } = budgets['shop.example.org DNS'] as FailoverBudget;
  expect(outputs.map(({ Value }) => Value)).toContain(formula);
  expect(metadata).toContain(`"cdk-proxy-fleet:failover-budget","data":${JSON.stringify({ terms, totalSeconds: 88, formula })}`);
});

describe('the table', () => {
  test('fits into 100 columns, marks what is assumed, and has a row for each', async () => {
    const { status, stdout } = await proxyFleet(['budget', everything().directory, '--no-color']);

    const lines = stdout.split('\n');
    expect(status).toBe(0);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(100);
    expect(stdout).toMatch(/^Name or virtual IP +By +Detect +Propagate +TTL +Decide +Move +Total$/m);
    expect(stdout).toMatch(/^shop\.example\.org +DNS +48 s +10 s\* +30 s +- +- +88 s$/m);
    expect(stdout).toMatch(/^app\.example\.org +takeover +2 s +- +- +10 s\* +10 s\* +22 s$/m);
    expect(stdout).toMatch(/^\* assumed: AWS publishes no figure/m);
  });

  test('tells a name for which there is no bound, and why', async () => {
    const template = file(
      'Other.template.json',
      JSON.stringify({
        Resources: {
          Check: {
            Type: 'AWS::Route53::HealthCheck',
            Properties: { HealthCheckConfig: { Type: 'HTTP', IPAddress: '203.0.113.1' } },
          },
          Record: {
            Type: 'AWS::Route53::RecordSet',
            Properties: {
              ...{ Name: 'a.example.com.', Type: 'A', TTL: '30', HostedZoneId: 'Z1', HealthCheckId: { Ref: 'Check' } },
              ResourceRecords: ['203.0.113.1'],
            },
          },
        },
      }),
    );

    const { status, stdout } = await proxyFleet(['budget', template, '--no-color']);

    expect([status, stdout]).toEqual([0, expect.stringMatching(/^a\.example\.com.*no bound$/m)]);
    expect(stdout).toContain('its only A record is answered whatever its health check says');
  });
});

test('assumptions can be changed, and a dual-stack name has one budget', async () => {
  const { budgets, assumptions } = await told(dualStack(), '--propagation', '25', '--address-move', '3');

  expect(assumptions).toEqual({ propagationSeconds: 25, addressMoveSeconds: 3 });
  expect(budgets.map(({ entry, totalSeconds }) => [entry, totalSeconds])).toEqual([['www.example.org', 48 + 25 + 60]]);
});

test.each<[string[], string]>([
  [['nowhere'], "no file or directory 'nowhere'"],
  [['a', 'b'], 'one directory or template at a time, got 2'],
  [['--propagation', 'soon'], "--propagation must be a number from 0 to 600, got 'soon'"],
  [['--nonsense'], "Unknown option '--nonsense'"],
])('%j ends with status 2 and says what to do', async (args, message) => {
  const { status, stderr } = await proxyFleet(['budget', ...args]);

  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('two stacks without a choice are named', async () => {
  const { status, stderr } = await proxyFleet(['budget', assembly(['One', 'Two']).directory]);

  expect([status, stderr]).toEqual([2, expect.stringContaining('holds several stacks (One, Two): choose one with --stack')]);
});
