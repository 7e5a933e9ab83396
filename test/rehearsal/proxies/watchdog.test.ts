import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { WATCHDOG_SCRIPT } from '../../../lib/host/watchdog-script';
import { Children } from '../../../rehearsal/proxies/children';
import { requirePython, Watchdog } from '../../../rehearsal/proxies/watchdog';
import { UsageError } from '../../../rehearsal/usage-error';

const ADDRESS = '127.77.1.1';
const COMMAND_LINE = join(__dirname, '..', '..', '..', 'assets', 'cli', 'proxy-fleet.js');

let children: Children;
let server: Server;
beforeEach(async () => {
  children = new Children({ script: COMMAND_LINE });
  server = createServer((_, response) => response.end());
  await new Promise<void>((resolve) => server.listen(8404, ADDRESS, resolve));
});
afterEach(async () => {
  await children.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function settled(check: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && !check(); attempt++) await new Promise((resolve) => setTimeout(resolve, 50));
  return check();
}

test("the template's own script judges a real port, and its verdicts are told once each", async () => {
  const verdicts: boolean[] = [];
  const onVerdict = (well: boolean) => verdicts.push(well);
  const watchdog = new Watchdog(children, { slot: '1', address: ADDRESS, script: WATCHDOG_SCRIPT, onVerdict });
  watchdog.start();

  expect(watchdog.well).toBe(false);
  expect(await settled(() => watchdog.well)).toBe(true);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(await settled(() => !watchdog.well)).toBe(true);
  await new Promise<void>((resolve) => server.listen(8404, ADDRESS, resolve));
  expect(await settled(() => watchdog.well)).toBe(true);

  expect(verdicts).toEqual([true, false, true]);
  await watchdog.kill();
  expect(watchdog.well).toBe(false);
});

test('a watchdog that ends by itself is the end of the rehearsal, one that dies with its host is not', async () => {
  const onVerdict = () => undefined;
  const told = new Watchdog(children, { slot: '1', address: ADDRESS, script: WATCHDOG_SCRIPT, onVerdict });
  told.start();
  await told.kill();
  const broken = new Watchdog(children, { slot: '2', address: ADDRESS, script: 'raise SystemExit("oh no")', onVerdict });
  broken.start();

  await expect(children.trouble).rejects.toThrow(/^the watchdog of slot 2 ended by itself \(status 1: oh no\)/);
  broken.close();
});

test('a machine without python3 is told so', () => {
  const without = () => requirePython({ PATH: '/nowhere' });

  expect(without).toThrow(UsageError);
  expect(without).toThrow("the proxies' watchdog is a script for python3, got ENOENT: install python3");
  expect(() => requirePython()).not.toThrow();
});
