import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { VirtualIp } from 'cdk-proxy-fleet';
import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { DEFAULT_ASSUMPTIONS, dnsBudget, takeoverBudget } from '../../../rehearsal/template/budgets';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { UsageError } from '../../../rehearsal/usage-error';
import { assembly, file, simpleFleet, stackWith } from '../fleet-template';

const built = assembly(['Edge']);
const fleet = readFleet(loadTemplate(built.directory));

test('slots lie in their zones and get loopback addresses that glibc does not prefer', () => {
  expect(fleet.slots.map(({ slot, zone, address, secondaryAddresses }) => ({ slot, zone, address, secondaryAddresses }))).toEqual(
    [
      { slot: '1', zone: 'zone-a', address: '127.10.1.1', secondaryAddresses: ['127.30.1.1'] },
      { slot: '2', zone: 'zone-b', address: '127.10.2.2', secondaryAddresses: ['127.30.2.2'] },
      { slot: '3', zone: 'zone-a', address: '127.10.1.3', secondaryAddresses: ['127.30.1.3'] },
    ],
  );
});

test('the configuration is the one of the user data, letter by letter', () => {
  expect(fleet.slots[0]?.configuration).toMatch(/^global\n {4}log stdout/);
  expect(fleet.slots[0]?.configuration).toContain('\n    server zonal-2 10.0.0.6:8080\n');
});

test('a record leads to a slot and is judged by the check of the same address', () => {
  const [zone] = fleet.zones;

  expect(zone?.name).toBe('example.org');
  expect(zone?.records).toHaveLength(3);
  for (const record of zone?.records ?? []) {
    const check = fleet.healthChecks.filter(isEndpointCheck).find(({ id }) => id === record.healthCheckId);
    expect(record).toMatchObject({ name: 'www.example.org', type: 'A', ttl: 60, routing: { policy: 'multivalue' } });
    expect(check).toMatchObject({
      ipAddress: record.values[0],
      port: 8404,
      resourcePath: '/healthz',
      requestInterval: 10,
      failureThreshold: 3,
    });
  }
  expect(fleet.zones[0]?.records.flatMap(({ values }) => values)).toEqual(fleet.slots.map(({ address }) => address));
});

test('the topology of the takeover function names interfaces of the slots, and its schedule is the sweep', () => {
  expect(fleet.takeover?.topology.slots.map(({ interfaceId }) => interfaceId)).toEqual(
    fleet.slots.map(({ interfaceId }) => interfaceId),
  );
  expect(fleet.takeover?.topology.probes.map(({ zone }) => zone)).toEqual(['zone-a', 'zone-b']);
  expect([...(fleet.takeover?.addresses.values() ?? [])]).toEqual(['127.100.0.1']);
  expect(fleet.takeover?.sweepSeconds).toBe(60);
});

test('budgets computed from the template are those of the library', () => {
  const [record] = fleet.zones[0]?.records ?? [];
  const check = fleet.healthChecks.filter(isEndpointCheck).find(({ id }) => id === record?.healthCheckId);
  if (!record || !check || !fleet.takeover) throw new Error('the template lacks a record, a check or a takeover');

  expect(dnsBudget(check, record.ttl, DEFAULT_ASSUMPTIONS).seconds).toBe(built.endpoint.failoverBudget.total.toSeconds());
  expect(takeoverBudget(fleet, DEFAULT_ASSUMPTIONS).seconds).toBe(built.vip.failoverBudget.total.toSeconds());
});

test('a template file says the same as the assembly it came from', () => {
  expect(readFleet(loadTemplate(join(built.directory, 'Edge.template.json')))).toEqual(fleet);
});

test('a stack within a stage is found', () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'proxy-fleet-stage-')) });
  new ec2.CfnEIP(new Stack(new Stage(app, 'Prod'), 'Inner'), 'Eip');
  app.synth();

  expect(loadTemplate(app.outdir).stack).toBe('Prod-Inner');
});

describe('what cannot be rehearsed is one line that says what is wrong and what to do', () => {
  const two = assembly(['One', 'Two']).directory;

  test.each<[string, () => unknown, string]>([
    ['a missing file', () => loadTemplate('/nowhere/cdk.out'), "no file or directory '/nowhere/cdk.out': run 'cdk synth' first"],
    ['a directory of something else', () => loadTemplate(tmpdir()), "is no output of 'cdk synth'"],
    ['invalid JSON', () => loadTemplate(file('a.json', '{')), 'is not valid JSON'],
    ['JSON that is no template', () => loadTemplate(file('a.json', '[]')), 'is no CloudFormation template'],
    ['several stacks', () => loadTemplate(two), 'holds several stacks (One, Two): choose one with --stack'],
    ['an unknown stack', () => loadTemplate(two, 'Three'), "no stack 'Three'"],
    [
      'a fleet that nothing leads to',
      () => readFleet(loadTemplate(stackWith((stack, vpc) => simpleFleet(stack, vpc, 'Edge')))),
      "no name and no virtual IP of 'Own' leads to its fleet",
    ],
    ['two fleets of one configuration', () => readFleet(loadTemplate(twoFleets())), "'Own' holds 2 fleets"],
    [
      'a template with null in it',
      () => loadTemplate(file('a.json', '{"Resources":{"A":null}}')),
      'is no CloudFormation template',
    ],
    [
      'a template without a fleet',
      () => readFleet(loadTemplate(file('a.json', '{"Resources":{}}'))),
      'there is nothing to rehearse',
    ],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(UsageError);
    expect(act).toThrow(message);
  });

  test('one of several stacks can be chosen', () => {
    expect(loadTemplate(two, 'Two').stack).toBe('Two');
  });
});

function twoFleets(): string {
  return stackWith((stack, vpc) => {
    for (const id of ['A', 'B']) new VirtualIp(stack, `Vip${id}`, { fleet: simpleFleet(stack, vpc, id) });
  });
}

test('what the template holds and the rehearsal does not play is said', () => {
  const template = loadTemplate(built.directory);
  const changed = { ...JSON.parse(JSON.stringify(template)), assets: template.assets } as typeof template;
  for (const { Type, Properties = {} } of Object.values(changed.template.Resources)) {
    if (Type === 'AWS::Events::Rule' && 'ScheduleExpression' in Properties) Properties.ScheduleExpression = 'cron(* * * * ? *)';
  }
  const [check, resting] = Object.values(changed.template.Resources).filter(({ Type }) => Type === 'AWS::Route53::HealthCheck');
  Object.assign(check?.Properties?.HealthCheckConfig ?? {}, { IPAddress: '203.0.113.8' });
  Object.assign(resting?.Properties?.HealthCheckConfig ?? {}, { Inverted: true });
  const records = Object.values(changed.template.Resources).filter(({ Type }) => Type === 'AWS::Route53::RecordSet');
  Object.assign(records[1]?.Properties ?? {}, { ResourceRecords: ['203.0.113.9'] });
  delete records[2]?.Properties?.HealthCheckId;

  expect(readFleet(changed).skipped).toEqual([
    expect.stringMatching(/^record \w+ has no health check/),
    'the name www.example.org leads to 203.0.113.9, no slot and no virtual IP: something answers there in the rehearsal, and never fails',
    expect.stringMatching(/^health check \w+ is inverted or disabled, so its detection is not measured$/),
    expect.stringMatching(/^health checks of what is not rehearsed count as healthy: \w+ \(203.0.113.8\)$/),
    expect.stringMatching(/^no rate\(\) schedule runs the takeover function, so VipHolder\w+ is not rehearsed/),
  ]);
  expect(readFleet(changed).healthChecks.map(({ disabled }) => disabled)).toEqual([true, undefined, undefined]);
  expect(readFleet(template).skipped).toEqual([]);
});
