import { readFileSync } from 'node:fs';
import { ProxyTargets } from 'cdk-proxy-fleet';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { assembly, file, secureListener } from '../rehearsal/fleet-template';
import { env, leftOvers, settled } from './left-overs';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const { directory } = assembly(['Demo'], secureListener(ProxyTargets.srvRecord('_http._tcp.app.internal')), { virtualIps: 0 });

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

async function played(...options: string[]) {
  const json = file('result.json', '');
  const finished = await proxyFleet(['rehearse', directory, '--seed', '7', '--json', json, ...options], { env });
  expect([finished.stderr, finished.status]).toEqual(['', 0]);
  return (JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult).runs[0];
}

test('a proxy of HTTPS that hangs is made to refuse within three seconds, serves again, and clients that retry lose nothing', async () => {
  const run = await played('--scenario', 'hang');

  expect(run?.measures.map(({ name, budget }) => [name, budget])).toEqual([
    ['a hung proxy refuses', 3],
    ['it serves again', 8],
  ]);
  expect(run?.measures[0]?.seconds).toBeGreaterThan(0.5);
  expect(run?.clients.find(({ name }) => name === 'next address')?.failures).toBe(0);
  expect(await settled(() => leftOvers().length === 0)).toBe(true);
}, 60_000);

test('a drain is noticed by DNS and by no client', async () => {
  const run = await played('--scenario', 'drain', '--time-scale', '20');

  expect(run?.measures.map(({ name }) => name)).toEqual([
    'detection',
    'www.example.org drops the address',
    'www.example.org takes the address back',
  ]);
  for (const { requests, failures, inFlight } of run?.clients ?? []) {
    expect(requests).toBeGreaterThan(100);
    expect([failures, inFlight]).toEqual([0, 0]);
  }
}, 60_000);
