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

test(
  'records follow instances: one that EC2 takes back is withdrawn while another comes, and no request fails',
  async () => {
    const json = file('result.json', '');
    const directory = elastic(ElasticAddressing.instanceAddresses());
    const options = ['--scenario', 'spot-interruption', '--time-scale', '20', '--seed', '7', '--json', json];
    const finished = await proxyFleet(['rehearse', directory, ...options], { env });
    expect([finished.stderr, finished.status, finished.stdout]).toEqual(['', 0, expect.stringContaining('PASSED')]);
    const result = JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult;
    const [run] = result.runs;
    if (!run) throw new Error('no run');

    expect(run.measures.map(({ name }) => name.replace(/127\.\S+/, 'IP'))).toEqual(['www.example.org answers with IP']);
    for (const { requests, failures, inFlight } of run.clients) {
      expect(requests).toBeGreaterThan(100);
      expect([failures, inFlight]).toEqual([0, 0]);
    }
    const told = run.events.filter(({ lane }) => lane === 'dns www.example.org').map(({ text }) => text);
    expect(told).toContain('records changed: 0 published, 1 withdrawn');
    expect(told).toContain('records changed: 1 published, 0 withdrawn');
  },
  TIMEOUT_MS,
);
