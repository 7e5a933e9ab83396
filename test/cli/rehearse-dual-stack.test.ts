import { readFileSync } from 'node:fs';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { dualStack, file } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

test('a dual-stack fleet keeps its budgets, its IPv6 checks follow its proxies, and what is not played is said', async () => {
  const json = file('result.json', '');

  const { status, stdout } = await proxyFleet(['rehearse', dualStack(), '--time-scale', '20', '--seed', '7', '--json', json]);

  const [run] = (JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult).runs;
  const ipv6 = run?.events.filter(({ text }) => text.startsWith('IPv6: ')) ?? [];
  expect([status, stdout]).toEqual([0, expect.stringMatching(/clients and timeline ask for A\s+records only/)]);
  expect(ipv6.map(({ lane, kind }) => [lane, kind])).toEqual(Array(2).fill([ipv6[0]?.lane, 'info']));
  expect(ipv6[0]?.lane).toMatch(/^slot [12]$/);
}, 60_000);
