import { WATCHDOG_SCRIPT } from '../../../lib/host/watchdog-script';
import { HEARTBEAT_ENVIRONMENT_PATH, WATCHDOG_PATH } from '../../../lib/private/contract';
import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { readHeartbeat } from '../../../rehearsal/template/read-heartbeat';
import { UsageError } from '../../../rehearsal/usage-error';
import { assembly } from '../fleet-template';
import { beatEvery, handMade, publishVirtualIps, retell, written } from '../heartbeat-template';

const { directory } = assembly(['Edge'], undefined, { virtualIps: 3 });

test("settings come from the user data, and the watchdog's script from what is fetched, letter by letter", () => {
  const fleet = readFleet(loadTemplate(written(beatEvery(handMade(directory, 'Edge'), 300))));

  expect(fleet.heartbeat).toEqual({ advertMs: 300 });
  expect(fleet.programs?.watchdog).toBe(WATCHDOG_SCRIPT);
  expect(fleet.skipped).toEqual([]);
});

test('a fleet without heartbeats has none', () => {
  const { directory: plain } = assembly(['Edge'], undefined, { virtualIps: 0 });

  expect(readFleet(loadTemplate(plain)).heartbeat).toBeUndefined();
});

test('a name may lead to virtual IPs, and its checks, too', () => {
  const pool = retell(publishVirtualIps(handMade(directory, 'Edge')), ({ virtualIps }) =>
    virtualIps.forEach((each, index) => void Object.assign(each, { home: String(index + 1) })),
  );
  const { zones, healthChecks, takeover, skipped } = readFleet(loadTemplate(written(pool)));

  const addresses = ['127.100.0.1', '127.100.0.2', '127.100.0.3'];
  expect(zones[0]?.records.map(({ values }) => values[0])).toEqual(addresses);
  expect(healthChecks.filter(isEndpointCheck).map(({ ipAddress }) => ipAddress)).toEqual(addresses);
  expect(takeover?.topology.virtualIps.map(({ name, home }) => [name, home])).toEqual([
    ['Vip', '1'],
    ['Vip2', '2'],
    ['Vip3', '3'],
  ]);
  expect(skipped).toEqual([]);
});

describe('what is incomplete is refused', () => {
  const files = (advert: string | undefined, watchdog: string | undefined) =>
    new Map([
      ...(advert === undefined ? [] : [[HEARTBEAT_ENVIRONMENT_PATH, `SLOT='1'\n${advert}`] as const]),
      ...(watchdog === undefined ? [] : [[WATCHDOG_PATH, watchdog] as const]),
    ]);

  test.each([
    ['an advert interval that is missing', [files('', 'x')], `slot 1 gets no ADVERT_MS in ${HEARTBEAT_ENVIRONMENT_PATH}`],
    [
      'slots with other intervals',
      [files("ADVERT_MS='200'", 'x'), files('ADVERT_MS=100', 'x')],
      'all slots must have the same heartbeat settings',
    ],
    [
      'a slot without heartbeats among others',
      [files("ADVERT_MS='200'", 'x'), new Map<string, string>()],
      'all slots must have the same heartbeat settings',
    ],
  ])('%s', (_, all, message) => {
    const read = () => readHeartbeat(all.map((each, index) => ({ slot: String(index + 1), files: each })));

    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });
});
