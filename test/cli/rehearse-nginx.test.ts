import { readFileSync } from 'node:fs';
import { ProxyEngine, ProxyTargets } from 'cdk-proxy-fleet';
import { HEALTH_PORT, LIVE_PATH } from '../../lib/private/contract';
import type { RehearsalResult } from '../../rehearsal/report/result';
import { loadTemplate } from '../../rehearsal/template/load-template';
import { readFleet } from '../../rehearsal/template/read-fleet';
import { assembly, file, secureListener } from '../rehearsal/fleet-template';
import { optionalNginx } from '../templates/checkers';
import { ask } from '../templates/loopback';
import { env, leftOvers, settled } from './left-overs';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

const NGINX = optionalNginx('no fleet of nginx is rehearsed');

const { directory } = assembly(['Demo'], secureListener(ProxyTargets.ipAddresses(['10.0.0.5', '10.0.0.6']), 8443), {
  virtualIps: 0,
  engine: ProxyEngine.nginx(),
});

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

(NGINX ? test : test.skip)(
  'an nginx of HTTPS hangs, is killed with all its workers within three seconds, and serves again',
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
    // nginx overwrites what a process is told apart by, and one that is left would still answer.
    for (const { address } of readFleet(loadTemplate(directory)).slots)
      expect((await ask(address, HEALTH_PORT, LIVE_PATH)).status).toBe(0);
  },
  60_000,
);
