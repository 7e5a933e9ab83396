/** A rehearsal of a fleet that finds its targets by a name of the zone that it plays. */
import { ProxyTargets } from 'cdk-proxy-fleet';
import { assembly } from '../rehearsal/fleet-template';
import { proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

beforeAll(takeTurn, TURN_MS);

afterAll(endTurn);

test('targets behind a name of the very zone are looked up with the rehearsal as resolver', async () => {
  const { directory } = assembly(['Named'], (fleet) => {
    const listener = fleet.addListener('Tcp', { port: 5000 });
    listener.addTargets('App', { targets: ProxyTargets.dnsName('app.example.org'), port: 8080 });
    return listener;
  });

  const { status, stdout } = await proxyFleet(['rehearse', directory, '--time-scale', '10', '--seed', '3']);

  expect([status, stdout]).toEqual([0, expect.stringContaining('PASSED')]);
}, 90_000);
