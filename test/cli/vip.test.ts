import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FleetStatus } from '../../runtime/fleet-status';
import type { OrderReport } from '../../runtime/operator';
import { assembly } from '../rehearsal/fleet-template';
import { type Finished, proxyFleet } from './run';
import { endTurn, TURN_MS, takeTurn } from './turn';

/** Where only the rehearsals of this file put their files. */
const TMPDIR = mkdtempSync(join(tmpdir(), 'proxy-fleet-vip-'));
const env = { TMPDIR };
const vip = (...args: string[]) => proxyFleet(['vip', ...args], { env });

describe('with a rehearsal that is running', () => {
  /** Seed 3 leaves a minute before the fault. */
  const OPTIONS = ['--time-scale', '1', '--seed', '3', '--address-move', '1'];
  let rehearsal: ChildProcess;
  let ended: Promise<Finished>;

  beforeAll(async () => {
    await takeTurn();
    await new Promise<void>((resolve, reject) => {
      ended = proxyFleet(['rehearse', assembly(['Demo']).directory, ...OPTIONS], {
        env,
        onOutput: (stdout, child) => {
          rehearsal = child;
          if (/ready: 3 proxies/.test(stdout)) resolve();
        },
      });
      void ended.then(({ stderr }) => reject(new Error(`the rehearsal ended: ${stderr}`)));
    });
  }, TURN_MS);

  afterAll(async () => {
    rehearsal?.kill('SIGINT');
    await ended;
    await endTurn();
  });

  const inJson = async <T>(...args: string[]) => {
    const { status, stdout, stderr } = await vip(...args, '--rehearsal', '--json');
    return { status, stderr, document: JSON.parse(stdout) as T };
  };
  const holder = async () => (await inJson<FleetStatus>('status')).document.virtualIps[0]?.holder;

  test('the verbs steer the virtual IP, and every one has a form for people and one for programs', async () => {
    const first = await inJson<FleetStatus>('status', '--dry-run');
    const plan = await vip('move', 'Vip', '--to', '2', '--dry-run', '--rehearsal');
    const before = await holder();
    const move = await vip('move', 'Vip', '--to', '2', '--rehearsal');
    const after = await holder();
    const again = await inJson<OrderReport>('move', '--to', '2');
    const pin = await inJson<OrderReport>('pin', '--to', '3', '--for', '2d');
    const blocked = await vip('maintenance', '--slot', '3', '--rehearsal');
    const status = await vip('status', '--rehearsal', String(rehearsal.pid));
    const unpin = await vip('unpin', '--rehearsal');
    const planned = await inJson<OrderReport>('maintenance', '--slot', '3', '--for', '90s', '--dry-run');
    const evacuate = await inJson<OrderReport>('maintenance', '--slot', '3', '--for', '90s');
    const freeze = await vip('maintenance', '--virtual-ip', 'Vip', '--rehearsal');
    const frozen = await vip('move', '--to', '2', '--rehearsal');
    const end = await vip('maintenance', '--virtual-ip', 'Vip', '--end', '--rehearsal');

    expect([first.status, first.stderr, first.document]).toEqual([
      0,
      '',
      expect.objectContaining({
        fleet: 'Demo/Edge',
        virtualIps: [
          expect.objectContaining({
            name: 'Vip',
            holder: '1',
            health: 'ready',
            next: { action: 'keep', reason: 'slot 1 is ready' },
          }),
        ],
        slots: [1, 2, 3].map((slot) => expect.objectContaining({ slot: String(slot), health: 'ready' })),
      }),
    ]);
    expect([plan.status, plan.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^dry run, nothing was written: move Vip to slot 2\n {2}Vip is on slot 1 \(ready\); goes to slot 2: an operator/,
      ),
    ]);
    expect([before, after]).toEqual(['1', '2']);
    expect([move.status, move.stdout]).toEqual([
      0,
      expect.stringMatching(/^done in [\d.]+ s: move Vip to slot 2\n {2}Vip is on slot 2 \(ready\), before on slot 1\n$/),
    ]);
    expect([again.status, again.document.outcome]).toEqual([0, 'nothing to do']);
    expect([pin.status, pin.document]).toEqual([
      0,
      expect.objectContaining({
        outcome: 'done',
        order: { kind: 'pin', virtualIp: 'Vip', slot: '3', forSeconds: 172_800 },
        virtualIps: [
          expect.objectContaining({ from: '2', holder: '3', pin: expect.objectContaining({ slot: '3', once: false }) }),
        ],
      }),
    ]);
    expect(blocked).toEqual({ status: 2, stdout: '', stderr: 'proxy-fleet: Vip is pinned to slot 3: unpin it first\n' });
    expect(status.stdout).toMatch(/stays: it is pinned to slot 3\n {2}pinned to slot 3 for another (2 d|1 d 23 h)\n/);
    expect([unpin.status, unpin.stdout]).toEqual([
      0,
      expect.stringMatching(/^done in .*: unpin Vip\n {2}Vip is on slot 3 \(ready\)\n$/),
    ]);
    expect(planned.document).toMatchObject({
      outcome: 'planned',
      met: true,
      virtualIps: [{ holder: '3', next: { action: 'move' } }],
    });
    expect(evacuate.document).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ from: '3', holder: '1' }] });
    expect(freeze.stdout).toMatch(/keep Vip where it is for 1 h\n/);
    expect(frozen).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(/^proxy-fleet: Vip is in maintenance for another (1 h|59 min 5\d s): end that first\n$/),
    });
    expect([end.status, end.stdout]).toEqual([0, expect.stringContaining('end the maintenance of Vip')]);
  }, 25_000);

  test('among several one must be chosen, and only those count that run and that nobody else could have made', async () => {
    const pretend = async (folder: string, mode: number, pid: number) => {
      mkdirSync(join(TMPDIR, folder), { mode });
      const server = createServer((socket) => socket.destroy());
      await new Promise<void>((resolve) => server.listen(join(TMPDIR, folder, `control-${pid}.sock`), resolve));
      return server;
    };
    const stranger = await pretend('proxy-fleet-stranger', 0o755, 41);
    const alone = await vip('status', '--rehearsal');
    const second = await pretend('proxy-fleet-second', 0o700, 42);

    const several = await vip('status', '--rehearsal');
    const chosen = await vip('status', '--rehearsal', String(rehearsal.pid));
    const unknown = await vip('status', '--rehearsal', '43');
    const silent = await vip('status', '--rehearsal', '42');
    for (const server of [stranger, second]) server.close();

    expect([alone.status, chosen.status]).toEqual([0, 0]);
    expect([several.status, several.stderr]).toEqual([
      2,
      expect.stringMatching(/several rehearsals are running: choose one with --rehearsal .*42/),
    ]);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('no rehearsal runs as process 43')]);
    expect([silent.status, silent.stderr]).toEqual([2, expect.stringContaining('the rehearsal ended before it answered')]);
  });
});

describe('a wrong call is one line that says what and what to do, status 2', () => {
  test.each<[string, string[], RegExp]>([
    ['an unknown verb', ['dance'], /unknown verb 'dance': use status, move, pin, unpin, maintenance/],
    ['no place', ['status'], /either --stack NAME or --rehearsal must say where, got none: see proxy-fleet vip status --help/],
    ['two places', ['status', '--stack', 'Demo', '--rehearsal'], /got both/],
    ['no rehearsal', ['status', '--rehearsal'], /no rehearsal .* is ready on this machine: start/],
    ['a fleet of a rehearsal', ['status', '--rehearsal', '--fleet', 'Edge'], /--fleet goes with --stack only/],
    ['no slot', ['move', 'Vip', '--rehearsal'], /--to must name a slot, got none/],
    ['two virtual IPs', ['unpin', 'A', 'B', '--rehearsal'], /one virtual IP at a time, got 'B' besides/],
    ['a name without a meaning', ['maintenance', 'Vip', '--rehearsal'], /no name may stand alone, got 'Vip'/],
    ['neither slot nor virtual IP', ['maintenance', '--rehearsal'], /either --slot or --virtual-ip must be given, got none/],
    [
      'a beginning and an end',
      ['maintenance', '--slot', '1', '--end', '--for', '1h', '--rehearsal'],
      /--end and --for exclude each other/,
    ],
    ['a time without a unit', ['pin', '--to', '1', '--for', '30', '--rehearsal'], /--for must be a time like 90s.*got '30'/],
    ['no time at all', ['pin', '--to', '1', '--for', '0s', '--rehearsal'], /got '0s'/],
    ['too long a time', ['pin', '--to', '1', '--for', '8d', '--rehearsal'], /at most 7d, got '8d'/],
    ['an option of another verb', ['move', '--to', '1', '--for', '1h', '--rehearsal'], /--for/],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await vip(...args);

    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each<[string, NodeJS.ProcessEnv, RegExp]>([
    ['no credentials', { AWS_REGION: 'eu-west-1' }, /AWS credentials are needed, got none .*: log in/],
    ['no Region', { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' }, /a Region is needed, got none/],
    [
      'no network',
      { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
      /AWS could not be reached/,
    ],
  ])('a deployed stack, and %s', async (_, settings, message) => {
    const ambient = Object.fromEntries(
      Object.keys(process.env).flatMap((name) => (name.startsWith('AWS_') ? [[name, undefined]] : [])),
    );
    const nothing = { HOME: TMPDIR, AWS_EC2_METADATA_DISABLED: 'true' };

    const { status, stdout, stderr } = await proxyFleet(['vip', 'status', '--stack', 'Demo'], {
      env: { ...ambient, ...nothing, ...settings },
    });

    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test('help is no error', async () => {
    const all = await vip('--help');
    const verbs = await Promise.all(['status', 'move', 'pin', 'unpin', 'maintenance'].map((verb) => vip(verb, '--help')));

    expect([all.status, all.stdout]).toEqual([0, expect.stringContaining('maintenance --virtual-ip VIP')]);
    for (const { status, stdout } of verbs)
      expect([status, stdout]).toEqual([0, expect.stringMatching(/^usage: proxy-fleet vip \w+ .*--dry-run/s)]);
    expect((await vip()).status).toBe(2);
  });
});
