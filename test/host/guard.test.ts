/** What the guard does to a sick proxy: its decisions by a clock of the test, and the program with commands that only tell. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUARD_SCRIPT } from '../../lib/host/guard-script';
import { GUARD } from '../../lib/private/contract';
import { check } from '../templates/checkers';
import { until } from '../templates/loopback';
import { Child } from './child';

const directory = mkdtempSync(join(tmpdir(), 'guard-'));
const script = join(directory, 'guard.py');
writeFileSync(script, GUARD_SCRIPT);

afterAll(async () => {
  await Child.endAll();
  rmSync(directory, { recursive: true, force: true });
});

/** Plays a story second by second, of letters: w well, s sick, d sick while it drains. Tells what was done at which second. */
async function decided(story: string): Promise<string[]> {
  const program = `
import sys
sys.path.insert(0, ${JSON.stringify(directory)})
import guard
memory = {}
for second, letter in enumerate(${JSON.stringify(story)}):
  actions, memory = guard.decide(second, letter != 'w', letter == 'd', memory)
  if actions: print(second, *actions)
`;
  const { status, output } = await check('python3', ['-c', program]);
  expect([status, output.includes('Traceback')]).toEqual([0, false]);
  return output.trim().split('\n');
}

test('a sick proxy is killed at once, and nothing more is done when it is well in time', async () => {
  expect(await decided('wwsswwww')).toEqual(['2 kill']);
});

test('its ports are rejected when it is not, until it is well', async () => {
  expect(await decided(`w${'s'.repeat(8)}ww`)).toEqual(['1 kill', '6 reject kill', '9 accept']);
});

test('it is killed again after pauses that double and end at a minute, and reports itself unhealthy once', async () => {
  expect(await decided(`w${'s'.repeat(300)}`)).toEqual([
    '1 kill',
    '6 reject kill',
    '16 kill',
    '36 kill',
    '76 kill',
    '136 kill report',
    '196 kill',
    '256 kill',
  ]);
  expect(GUARD.killsUntilReport).toBe(5);
});

test('nothing is done to a proxy that drains, which looks like sickness', async () => {
  expect(await decided('wwdddddddddddd')).toEqual(['']);
});

test('a verdict that turns sick leads to a kill within a second, and one that was never well to nothing', async () => {
  const [health, state, told] = ['health', 'state.map', 'told'].map((name) => join(directory, name)) as [string, string, string];
  writeFileSync(health, '1');
  writeFileSync(state, 'state serving\n');
  writeFileSync(told, '');
  new Child(['python3', '-u', script], {
    HEALTH_FILE: health,
    DRAIN_STATE: state,
    KILL_COMMAND: `echo kill >>${told}`,
    REJECT_COMMAND: `cat >>${told}`,
    ACCEPT_COMMAND: `echo accept >>${told}`,
    REPORT_COMMAND: 'false',
    LISTENERS: '80 443',
  });
  const seen = async () => readFileSync(told, 'utf8');

  expect(await until(seen, (text) => text === 'accept\n', 3000)).toBe('accept\n');
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await seen()).toBe('accept\n');

  writeFileSync(health, '0');
  await new Promise((resolve) => setTimeout(resolve, 300));
  writeFileSync(health, '1');
  expect(await until(seen, (text) => text.includes('kill'), 1000)).toBe('accept\nkill\n');

  const rejected = await until(seen, (text) => text.includes('reject'), (GUARD.patienceSeconds + 1) * 1000);
  expect(rejected).toContain('tcp dport { 8404, 80, 443 } reject with tcp reset');
  writeFileSync(health, '0');
  expect(await until(seen, (text) => text.endsWith('accept\n'), 1000)).toMatch(/kill\naccept\n$/);
}, 20_000);
