import { readFileSync } from 'node:fs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { FailoverBranch, FailoverEndpoint, ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { assembly, file, stackWith } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

/** A name that leads to two proxies, and to one address elsewhere when both have failed. */
function twoBranches(): string {
  return stackWith((stack, vpc) => {
    const fleet = new ProxyFleet(stack, 'Edge', { vpc });
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.org' });
    new FailoverEndpoint(stack, 'Shop', {
      ...{ zone, recordName: 'shop' },
      primary: FailoverBranch.addresses(fleet),
      secondary: FailoverBranch.ipAddresses(['203.0.113.7']),
    });
  });
}

test('a name leads to its secondary when every proxy of its primary is dead, and back again', async () => {
  const json = file('result.json', '');

  const { status, stdout } = await proxyFleet([
    'rehearse',
    twoBranches(),
    '--scenario',
    'failover',
    '--time-scale',
    '20',
    '--seed',
    '7',
    '--json',
    json,
  ]);

  const [run] = (JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult).runs;
  const [there, back] = run?.measures ?? [];
  const arrivals = run?.events
    .filter(({ lane, kind }) => lane === 'dns shop.example.org' && kind === 'up')
    .map(({ text }) => text);
  expect([status, stdout]).toEqual([0, expect.stringContaining('broken: slot 1, 2')]);
  expect(stdout).toMatch(/leads to\s+203.0.113.7, no slot and no virtual IP/);
  expect([there?.name, there?.budget, back?.name]).toEqual([
    'shop.example.org leads to its secondary',
    58,
    'shop.example.org leads to its primary',
  ]);
  expect(there?.seconds).toBeGreaterThan(15);
  expect(arrivals?.[0]).toBe('127.60.0.1 came into the answer');
  for (const client of run?.clients ?? []) {
    expect([client.budget, client.kept, client.failures > 0]).toEqual([118, true, true]);
    expect(client.lastFailure).toBeGreaterThan(15);
  }
}, 60_000);

test('a fleet without such a name has nothing to fail over, and is told what to add', async () => {
  const { status, stderr } = await proxyFleet(['rehearse', assembly(['Demo']).directory, '--scenario', 'failover']);

  expect([status, stderr]).toEqual([
    2,
    "proxy-fleet: no PRIMARY of 'Demo' leads to its fleet, so no name could fail over: add a FailoverEndpoint whose primary is the fleet\n",
  ]);
});
