/** The configuration that is written on the instance, in keepalived itself: checked for many sizes, and at work in three namespaces. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WATCHDOG } from '../../lib/private/contract';
import { check, optional } from '../templates/checkers';
import { until } from '../templates/loopback';
import { Child } from './child';
import { fleetOf, HostFiles } from './host-files';
import { type Hint, Member } from './member';
import { Namespaces, whyNoNamespaces } from './namespaces';

const directory = mkdtempSync(join(tmpdir(), 'keepalived-'));
const keepalived = optional('keepalived', 'heartbeats are not exchanged');
const iproute = optional('ip', 'the configuration of keepalived is not written');
/** keepalived takes no loopback interface; without another the configuration is written but not accepted. */
const ethernet = Object.values(networkInterfaces()).flatMap((all = []) =>
  all.filter((one) => one.family === 'IPv4' && !one.internal),
);
const ownAddress = ethernet[0]?.address ?? '127.0.0.1';
const checker = ethernet.length > 0 ? keepalived : undefined;
if (checker === undefined) process.stdout.write('skipped: no keepalived or no network, so its configuration is not checked\n');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs the generator of one slot of a fleet, whose address is this host's own. */
async function generate(count: number, slot: number): Promise<{ file: string; text: string; said: string }> {
  const addresses = Array.from({ length: count }, (_, index) => `10.7.${Math.floor(index / 250)}.${(index % 250) + 1}`);
  addresses[slot - 1] = ownAddress;
  const options = fleetOf(addresses, String(slot));
  const files = new HostFiles(join(directory, `${count}-${slot}`), options);
  const file = files.place('/etc/keepalived/keepalived.conf');
  const environment = readFileSync(files.place('/etc/proxy-fleet/heartbeat.env'), 'utf8');
  const script = files.place('/opt/proxy-fleet/keepalived-config.py');
  const { output } = await check('/bin/sh', ['-c', `set -a; ${environment} python3 ${script} ${file}`]);
  return { file, text: readFileSync(file, 'utf8'), said: output };
}

const priorities = (text: string) => [...text.matchAll(/^ {2}priority (\d+)/gm)].map(([, value]) => Number(value));

describe('the configuration', () => {
  test.each([2, 3, 10, 60, 255])('for %i slots is accepted by keepalived without a word', async (count) => {
    if (checker === undefined || iproute === undefined) return;
    const { file, said } = await generate(count, 2);

    expect(said).toBe('');
    expect(await check(checker, ['-t', '-f', file])).toEqual({ status: 0, output: '' });
  });

  test('would not be accepted with a misspelt keyword', async () => {
    if (checker === undefined || iproute === undefined) return;
    const { file } = await generate(2, 1);
    await check('/bin/sed', ['-i', 's/advert_int/advert_interval/', file]);

    expect((await check(checker, ['-t', '-f', file])).status).not.toBe(0);
  });

  test.each([2, 3, 7, 60])('for %i slots gives each slot one master, and the others an order of its own', async (count) => {
    if (iproute === undefined) return;
    const members = await Promise.all(
      Array.from({ length: Math.min(count, 7) }, async (_, index) => priorities((await generate(count, index + 1)).text)),
    );

    for (const [index, own] of members.entries()) {
      expect(own).toHaveLength(count);
      expect(own.indexOf(250)).toBe(index);
      expect(own.filter((value) => value === 250)).toHaveLength(1);
      expect(new Set(own).size).toBe(count);
      expect(own.every((value) => value >= 1 && (value <= 200 || value === 250))).toBe(true);
    }
    if (count === members.length) {
      for (let slot = 0; slot < count; slot++) {
        expect(new Set(members.map((own) => own[slot])).size).toBe(count);
        // The slot after it fires first.
        expect(Math.max(...members.map((own) => own[slot] ?? 0).filter((value) => value < 250))).toBe(
          members[(slot + 1) % count]?.[slot],
        );
      }
    }
  });

  test('keeps priorities far apart, and a proxy sick until its watchdog has said otherwise', async () => {
    if (iproute === undefined) return;
    const { text } = await generate(3, 1);

    expect(priorities(text)).toEqual([250, 100, 150]);
    expect(text).toContain('init_file 1\n');
  });

  test('says what is wrong when no interface has the address of the slot', async () => {
    if (iproute === undefined) return;
    const files = new HostFiles(join(directory, 'elsewhere'), fleetOf(['192.0.2.1', '192.0.2.2']));
    const command = `SLOT=1 ADVERT_MS=200 ADDRESSES='192.0.2.1 192.0.2.2' python3 ${files.place('/opt/proxy-fleet/keepalived-config.py')} /dev/null`;

    expect(await check('/bin/sh', ['-c', command])).toEqual({
      status: 1,
      output: 'an interface must have 192.0.2.1, got none: check SLOT and ADDRESSES',
    });
  });
});

describe('three members', () => {
  const namespaces = new Namespaces(3);
  let members: Member[] = [];
  const reason = keepalived === undefined || iproute === undefined ? 'it is not installed' : whyNoNamespaces();
  if (reason !== undefined) process.stdout.write(`skipped: no heartbeats in network namespaces: ${reason}\n`);

  const member = (slot: number) => members[slot - 1] as Member;
  /** When every slot is mastered by its own proxy, and what was said has been sent. */
  const steady = async () => {
    const mastered = () => Promise.all([1, 2, 3].map((slot) => namespaces.mastered(slot)));
    expect(await until(mastered, (seen) => JSON.stringify(seen) === '[[1],[2],[3]]', 9000)).toEqual([[1], [2], [3]]);
    // A hint that was held back comes a second later, and holds back the next one for another.
    await pause(1050);
    const recent = async () => members.flatMap((other) => other.hints(Date.now() - 1050));
    expect(await until(recent, (hints) => hints.length === 0)).toEqual([]);
  };

  beforeAll(async () => {
    if (reason !== undefined) return;
    await namespaces.make();
    members = [1, 2, 3].map((slot) => new Member(namespaces, slot, directory));
    await steady();
  }, 20_000);

  afterAll(async () => {
    if (reason !== undefined) return;
    await namespaces.remove();
    await Child.endAll();
  });

  interface Fault {
    readonly name: string;
    readonly slot: number;
    /** Milliseconds within which a survivor's hint of the silence, and of the return, must come. */
    readonly silentMs: number;
    readonly returnedMs: number;
    readonly break: (victim: Member) => unknown;
    /** Undefined: systemd starts it again, and the return counts from the start that lasted. */
    readonly heal?: (victim: Member) => unknown;
  }

  const SLACK_MS = 400;
  /** Three adverts and what keepalived adds by priority. */
  const SILENT_MS = 800 + SLACK_MS;
  const RETURNED_MS = 1100 + SLACK_MS;
  const signal = (which: ('parent' | 'child')[], name: NodeJS.Signals) => (victim: Member) => {
    const pids = victim.pids();
    for (const one of which) process.kill(pids[one], name);
  };
  const FAULTS: Fault[] = [
    {
      name: 'kill -9 of parent and child',
      slot: 1,
      silentMs: SILENT_MS,
      returnedMs: RETURNED_MS,
      break: signal(['parent', 'child'], 'SIGKILL'),
    },
    {
      name: 'SIGSTOP, SIGCONT',
      slot: 3,
      silentMs: SILENT_MS,
      returnedMs: RETURNED_MS,
      break: signal(['parent', 'child'], 'SIGSTOP'),
      heal: signal(['parent', 'child'], 'SIGCONT'),
    },
    {
      name: 'link down, up',
      slot: 2,
      silentMs: SILENT_MS,
      returnedMs: RETURNED_MS,
      break: ({ slot }) => namespaces.link(slot, 'down'),
      heal: ({ slot }) => namespaces.link(slot, 'up'),
    },
    {
      name: 'packets dropped both ways',
      slot: 1,
      silentMs: SILENT_MS,
      returnedMs: RETURNED_MS,
      break: ({ slot }) => namespaces.drop(slot, true),
      heal: ({ slot }) => namespaces.drop(slot, false),
    },
    { name: 'SIGTERM', slot: 3, silentMs: 200 + SLACK_MS, returnedMs: RETURNED_MS, break: signal(['parent'], 'SIGTERM') },
    {
      name: 'proxy hangs, answers again',
      slot: 2,
      silentMs: WATCHDOG.intervalMs + WATCHDOG.fall * WATCHDOG.timeoutMs + 200 + SLACK_MS,
      returnedMs: WATCHDOG.intervalMs * (WATCHDOG.rise + 1) + RETURNED_MS,
      break: ({ surroundings }) => surroundings.kill('SIGSTOP'),
      heal: ({ surroundings }) => surroundings.kill('SIGCONT'),
    },
  ];

  /** What a member did and said last, for whoever must find out why it did not say what it should. */
  const story = ({ slot, all }: Member) =>
    all
      .flatMap(({ lines }) => lines.slice(-6))
      .sort((a, b) => a.at - b.at)
      .map(({ at, text }) => `slot ${slot} ${at} ${text}`)
      .join('\n');

  test.each(FAULTS)(
    '$name: the next slot alone says that it went silent, and that it returned',
    async ({ name, slot, silentMs, returnedMs, ...fault }) => {
      if (reason !== undefined) return;
      const survivors = members.filter((other) => other.slot !== slot);
      const said = async (state: string, since: number, withinMs: number) => {
        const matching = async () =>
          survivors
            .flatMap((survivor) => survivor.hints(since))
            .filter((hint) => hint.slot === String(slot) && hint.state === state);
        const [hint] = await until(matching, (hints) => hints.length > 0, withinMs);
        if (hint === undefined) throw new Error(`no hint of ${state} in ${withinMs} ms, got:\n${members.map(story).join('\n')}`);
        return hint as Hint;
      };

      const lines = member(slot).keepalived.lines.length;
      const broken = Date.now();
      await fault.break(member(slot));
      const silent = await said('MASTER', broken, 5000);
      // The return is a hint of its own only when it comes after the window of the first.
      if (fault.heal) await pause(1100);
      let healed = Date.now();
      await fault.heal?.(member(slot));
      const returned = await said('BACKUP', silent.at, 6000);
      // After a kill keepalived may take a pid file of its own for a daemon that runs, and start only at the second try.
      const starts = member(slot)
        .keepalived.lines.slice(lines)
        .filter(({ text, at }) => text.startsWith('started') && at < returned.at);
      healed = starts.at(-1)?.at ?? healed;
      const latencies = [silent.at - broken, returned.at - healed].map(Math.round);
      process.stdout.write(`heartbeat: ${name}: silent after ${latencies[0]} ms, returned after ${latencies[1]} ms\n`);
      const claims = survivors.flatMap((survivor) => survivor.hints(broken)).filter(({ state }) => state === 'MASTER');
      await steady();

      expect(latencies[0]).toBeLessThan(silentMs);
      expect(latencies[1]).toBeLessThan(returnedMs);
      expect([...new Set(claims.map((hint) => `${hint.slot} by ${hint.seenBy}`))]).toEqual([`${slot} by ${(slot % 3) + 1}`]);
    },
  );
});
