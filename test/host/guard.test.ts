/** What the guard does to a hung proxy: its decisions by a clock of the test, and the program with commands that only tell. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GUARD_SCRIPT } from '../../lib/host/guard-script';
import { GUARD } from '../../lib/private/contract';
import { check } from '../templates/checkers';
import { until } from '../templates/loopback';
import { Child } from './child';
import { HealthServer } from './health-server';

const directory = mkdtempSync(join(tmpdir(), 'guard-'));
const script = join(directory, 'guard.py');
writeFileSync(script, GUARD_SCRIPT);
const servers: HealthServer[] = [];

afterAll(async () => {
  await Child.endAll();
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(directory, { recursive: true, force: true });
});

/** Plays a story second by second, of letters: Well, Slow, Hung, Draining while hung, Ended by order. Tells what was done when. */
async function decided(story: string): Promise<string[]> {
  const program = `
import sys
sys.path.insert(0, ${JSON.stringify(directory)})
import guard
memory = guard.fresh(0)
sights = {'W': 'well', 'S': 'slow', 'H': 'hung', 'D': 'hung', 'E': 'stopped'}
for second, letter in enumerate(${JSON.stringify(story)}):
  actions, memory = guard.decide(second, sights[letter], letter == 'D', memory)
  if actions: print(second, *actions)
`;
  const { status, output } = await check('python3', ['-c', program]);
  expect([status, output.includes('Traceback')]).toEqual([0, false]);
  return output.trim().split('\n').filter(Boolean);
}

describe('a proxy', () => {
  const minutes = (letter: string, count: number) => letter.repeat(count * 60);

  test.each<[string, string, string[]]>([
    ['that hangs is killed at once, and nothing more when it is well in time', 'WWHSSWWW', ['2 kill']],
    ['that is not well in time is rejected until it is', `W${'H'.repeat(8)}SWW`, ['1 kill', '6 reject kill', '10 accept']],
    ['that hangs again within a pause is rejected at once', 'WHHWWHWW', ['1 kill', '5 reject', '6 accept']],
    ['that hangs again a minute later is killed at once', `WH${minutes('W', 1)}WH`, ['1 kill', '63 kill']],
    [
      'that hangs again and again gets longer pauses',
      `WH${'W'.repeat(5)}H${'W'.repeat(8)}HHHWWW`,
      ['1 kill', '7 reject kill', '8 accept', '16 reject', '17 kill', '19 accept'],
    ],
    [
      'that stays hung is killed after pauses that double and end at a minute, and reported once',
      `W${minutes('H', 5)}`,
      ['1 kill', '6 reject kill', '16 kill', '36 kill', '76 kill', '136 kill report', '196 kill', '256 kill'],
    ],
    [
      'that drains is never reported',
      `W${minutes('D', 4)}`,
      ['1 kill', '6 reject kill', '16 kill', '36 kill', '76 kill', '136 kill', '196 kill'],
    ],
    ['that is slow is let alone', `W${minutes('S', 3)}`, []],
    [
      'that was told to stop is let alone, and its connections get through',
      `W${'H'.repeat(6)}${minutes('E', 3)}`,
      ['1 kill', '6 reject kill', '7 accept'],
    ],
    ['that was started by order gets time to start', `W${'E'.repeat(9)}${'H'.repeat(7)}`, ['14 kill']],
    ['that is hung when its guard starts gets time to start', 'H'.repeat(8), ['5 kill']],
  ])('%s', async (_, story, actions) => {
    expect(await decided(story)).toEqual(actions);
  });

  test('is reported when five kills did not help', () => expect(GUARD.killsUntilReport).toBe(5));
});

/** A guard whose commands write down what they would do, of a proxy that a server stands in for. */
async function scene(name: string, unitState = 'active') {
  const server = await HealthServer.start();
  servers.push(server);
  const [health, state, told] = ['health', 'state', 'told'].map((file) => join(directory, `${name}-${file}`)) as [
    string,
    string,
    string,
  ];
  writeFileSync(health, '0');
  writeFileSync(state, 'state serving\n');
  writeFileSync(told, '');
  const child = new Child(['python3', '-u', script], {
    HEALTH_URL: server.url,
    HEALTH_FILE: health,
    DRAIN_STATE: state,
    UNIT_STATE_COMMAND: `echo ${unitState}`,
    KILL_COMMAND: `echo kill >>${told}`,
    REJECT_COMMAND: `cat >>${told}`,
    ACCEPT_COMMAND: `echo accept >>${told}`,
    REPORT_COMMAND: 'false',
    LISTENERS: '',
  });
  const seen = async () => readFileSync(told, 'utf8');
  await until(seen, (text) => text === 'accept\n', 3000);
  // It has seen the proxy well.
  await new Promise((resolve) => setTimeout(resolve, 4 * GUARD.lookMs));
  return { server, health, seen, child };
}

const moment = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a proxy whose verdict is sick and that does not answer the guard either is killed, then rejected until it is well', async () => {
  const { server, health, seen } = await scene('hung');
  await server.behave('hang');
  const started = Date.now();
  writeFileSync(health, '1');

  expect(await until(seen, (text) => text.includes('kill'), GUARD.answerMs + 1000)).toBe('accept\nkill\n');
  expect(Date.now() - started).toBeGreaterThan(GUARD.answerMs - 200);
  const rejected = await until(seen, (text) => text.includes('reject'), (GUARD.patienceSeconds + 1) * 1000);
  expect(rejected).toContain('tcp dport { 8404 } reject with tcp reset');
  writeFileSync(health, '0');
  expect(await until(seen, (text) => text.endsWith('accept\n'), 1000)).toMatch(/kill\naccept\n$/);
}, 20_000);

test('a sick verdict kills neither a proxy that answers the guard, nor one that was told to stop', async () => {
  const well = await scene('frozen-watchdog');
  const stopping = await scene('stopping', 'deactivating');
  await stopping.server.behave('refused');
  for (const { health } of [well, stopping]) writeFileSync(health, '1');

  await moment(GUARD.answerMs * 2);

  expect(await well.seen()).toBe('accept\n');
  expect(await stopping.seen()).toBe('accept\n');
}, 20_000);
