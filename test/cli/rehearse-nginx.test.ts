import { readFileSync } from 'node:fs';
import { ProxyEngine } from 'cdk-proxy-fleet';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { assembly, file } from '../rehearsal/fleet-template';
import { optional } from '../templates/checkers';
import { env, leftOvers, settled } from './left-overs';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const NGINX = optional('nginx', 'no fleet of nginx is rehearsed');

const { directory } = assembly(['Demo'], undefined, { virtualIps: 0, engine: ProxyEngine.nginx() });

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

(NGINX ? test : test.skip)(
  'nginx hangs, is killed with all its workers within three seconds, and serves again',
  async () => {
    const json = file('result.json', '');

    const { status, stderr } = await proxyFleet(['rehearse', directory, '--seed', '7', '--json', json, '--scenario', 'hang'], {
      env,
    });

    expect([stderr, status]).toEqual(['', 0]);
    const { proxy, runs } = JSON.parse(readFileSync(json, 'utf8')) as RehearsalResult;
    expect(proxy).toMatch(/^nginx 1\./);
    expect(runs[0]?.measures.map(({ name, budget }) => [name, budget])).toEqual([
      ['a hung proxy refuses', 3],
      ['it serves again', 8],
    ]);
    expect(runs[0]?.clients.find(({ name }) => name === 'next address')?.failures).toBe(0);
    expect(await settled(() => leftOvers().length === 0)).toBe(true);
  },
  60_000,
);
