/** Rehearsals of an elastic fleet: real proxies come and go, the address function's own code gives them addresses. */
import { readFileSync } from 'node:fs';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { assembly, elastic, file } from '../rehearsal/fleet-template';
import { env, leftOvers, settled } from './left-overs';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const directory = elastic();
const TIMEOUT_MS = 90_000;

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

async function played(scenario: string | undefined, seed = '7') {
  const json = file('result.json', '');
  const chosen = scenario === undefined ? [] : ['--scenario', scenario];
  const options = ['--time-scale', '20', '--seed', seed, '--json', json];
  const finished = await proxyFleet(['rehearse', directory, ...chosen, ...options], { env });
  expect([finished.stderr, finished.status, finished.stdout]).toEqual(['', 0, expect.stringContaining('PASSED')]);
  const result = JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult;
  const [run] = result.runs;
  if (!run) throw new Error('no run');
  return { scenario: result.scenario, run, slots: result.slots };
}

test(
  'by default an instance dies: its address leaves the answer, and a new instance is in it with another',
  async () => {
    const { scenario, run, slots } = await played(undefined);

    expect(scenario).toBe('instance-loss');
    // The third is the new one; nobody was ever at the other places.
    expect(slots.map(({ slot }) => slot)).toEqual(['slot 1', 'slot 2', 'slot 3']);
    expect(run.measures.map(({ name, budget }) => [name.replace(/127\.\S+/, 'IP'), budget])).toEqual([
      ['detection', 48],
      ['www.example.org drops the address', 58],
      ['www.example.org answers with IP', undefined],
    ]);
    expect(run.clients.map(({ name, failures, kept }) => [name, failures > 0, kept])).toEqual([
      ['first address only', expect.any(Boolean), true],
      ['next address', false, true],
    ]);
    expect(await settled(() => leftOvers().length === 0)).toBe(true);
  },
  TIMEOUT_MS,
);

test(
  'half of the fleet goes, and no request of any client fails',
  async () => {
    const { run } = await played('scale-in');

    for (const { requests, failures, inFlight } of run.clients) {
      expect(requests).toBeGreaterThan(100);
      expect([failures, inFlight]).toEqual([0, 0]);
    }
    expect(run.victim).toBe('slot 1');
    expect(run.measures.every(({ seconds = 0 }) => seconds > 15)).toBe(true);
  },
  TIMEOUT_MS,
);

test('what is for slots is refused, and what is for an elastic fleet is refused for slots', async () => {
  const slots = assembly(['Demo']).directory;

  const wrong = await proxyFleet(['rehearse', directory, '--scenario', 'crash']);
  const other = await proxyFleet(['rehearse', slots, '--scenario', 'scale-in']);

  expect([wrong.status, wrong.stderr]).toEqual([
    2,
    "proxy-fleet: scenario 'crash' is for a fleet of slots, and 'Own' holds the other kind: choose one of instance-loss, zone-loss, scale-out, storm, scale-in, refresh, spot-interruption, api-loss\n",
  ]);
  const api = await proxyFleet(['rehearse', directory, '--scenario', 'api-loss']);
  expect([api.status, api.stderr]).toEqual([
    2,
    "proxy-fleet: no function changes records of 'Own', so the API of Route 53 may be away: choose a fleet with instanceAddresses()\n",
  ]);
  expect([other.status, other.stderr]).toEqual([
    2,
    expect.stringMatching(
      /^proxy-fleet: scenario 'scale-in' is for an elastic fleet, and 'Demo' holds the other kind: choose one of crash, /,
    ),
  ]);
});
