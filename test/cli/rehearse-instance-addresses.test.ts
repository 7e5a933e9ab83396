/** A rehearsal of records that follow instances: real proxies come and go, the record function's own code keeps DNS. */
import { readFileSync } from 'node:fs';
import { ElasticAddressing } from 'cdk-proxy-fleet';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { elastic, file } from '../rehearsal/fleet-template';
import { env } from './left-overs';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const TIMEOUT_MS = 90_000;

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

async function played(scenario: string, timeScale: string, directory: string) {
  const json = file('result.json', '');
  const options = ['--scenario', scenario, '--time-scale', timeScale, '--seed', '7', '--json', json];
  const finished = await proxyFleet(['rehearse', directory, ...options], { env });
  expect([finished.stderr, finished.status, finished.stdout]).toEqual(['', 0, expect.stringContaining('PASSED')]);
  const [run] = (JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult).runs;
  if (!run) throw new Error('no run');
  for (const { requests, failures, inFlight } of run.clients) {
    expect(requests).toBeGreaterThan(100);
    expect([failures, inFlight]).toEqual([0, 0]);
  }
  const told = run.events.filter(({ lane }) => lane === 'dns www.example.org').map(({ text }) => text);
  return { run, told };
}

test(
  'records follow instances: one that EC2 takes back is withdrawn while another comes, and no request fails',
  async () => {
    const { run, told } = await played('spot-interruption', '20', elastic(ElasticAddressing.instanceAddresses()));

    expect(run.measures.map(({ name }) => name.replace(/127\.\S+/, 'IP'))).toEqual(['www.example.org answers with IP']);
    expect(told).toContain('records changed: 0 published, 1 withdrawn');
    expect(told).toContain('records changed: 1 published, 0 withdrawn');
  },
  TIMEOUT_MS,
);

test(
  'fifty instances at once come into DNS with a few batches of changes, and no request fails',
  async () => {
    const directory = elastic(ElasticAddressing.instanceAddresses(), { maxCapacity: 52 });
    const { run, told } = await played('storm', '10', directory);

    expect(run.measures.map(({ name, kept }) => [name, kept])).toEqual([
      ['dns www.example.org: first of 50 new addresses', true],
      ['dns www.example.org: all 50 new addresses', true],
    ]);
    const batches = told.flatMap((text) => /^records changed: (\d+) published, 0 withdrawn$/.exec(text)?.[1] ?? []);
    // Two, unless a busy machine starts the last proxies when the second is on its way.
    expect(batches.length).toBeLessThan(5);
    expect(batches.reduce((sum, batch) => sum + Number(batch), 0)).toBe(50);
  },
  TIMEOUT_MS,
);

test('a fleet that can grow by one is no storm', async () => {
  const directory = elastic(ElasticAddressing.instanceAddresses(), { maxCapacity: 3 });
  const finished = await proxyFleet(['rehearse', directory, '--scenario', 'storm'], { env });

  expect([finished.status, finished.stderr]).toEqual([
    2,
    "proxy-fleet: 'Own' has 2 proxies and may have 3, which is no storm: raise maxCapacity, or choose scale-out\n",
  ]);
});
