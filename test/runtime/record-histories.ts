/**
 * Random histories of records that follow instances: instances come, say that they are live, go, die and are taken back; events are doubled and
 * lost, calls fail, their answers are lost, runs meet and die in the middle of a call. At every moment no record names a health check that is
 * gone, whoever is in service is in DNS, nobody is who never said that its proxy is live, a name that had a record has one, and what belongs to
 * others is as it was. Whoever is told that it is settled is. Once all is quiet a sweep takes out as many records of the dead as it may, and no
 * health check is left without a record, unless changes take Route 53 longer than a look waits; in the end records and health checks are those
 * of the group, and another sweep writes nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { ResourceRecordSet } from '../../rehearsal/control-plane/api';
import type { Note } from '../../runtime/instance-record-ports';
import { ZONE } from '../rehearsal/control-plane/planes';
import { NAME, OWNER, recordsStage } from './records-stage';

const MOST_ALIVE = 5;
const FOREIGN: ResourceRecordSet = {
  Name: NAME,
  Type: 'A',
  TTL: 60,
  SetIdentifier: 'somebody else',
  MultiValueAnswer: true,
  ResourceRecords: [{ Value: '203.0.113.1' }],
};

type Step =
  | { readonly kind: 'launch' | 'ask' | 'terminate' | 'end' | 'interrupt'; readonly which: number }
  | { readonly kind: 'event' | 'sweep' | 'calm' | 'dead-run' }
  | { readonly kind: 'faults' | 'losses' | 'crash'; readonly of: string; readonly times: number };

const which = fc.nat(MOST_ALIVE - 1);
const step: fc.Arbitrary<{ readonly after: number; readonly step: Step }> = fc.record({
  after: fc.nat(30_000),
  step: fc.oneof(
    { weight: 10, arbitrary: fc.record({ kind: fc.constantFrom('launch' as const, 'ask' as const, 'ask' as const), which }) },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constantFrom('terminate' as const, 'end' as const, 'interrupt' as const), which }),
    },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('event' as const, 'sweep' as const, 'calm' as const) }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'dead-run' as const }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom('faults' as const, 'losses' as const),
        of: fc.constantFrom('group', 'list', 'createCheck', 'tag', 'change', 'sync', 'listChecks', 'deleteCheck', 'complete'),
        times: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('crash' as const),
        of: fc.constantFrom('list', 'createCheck', 'tag', 'change', 'sync', 'deleteCheck'),
        times: fc.constant(1),
      }),
    },
  ),
});

class History {
  private readonly stage;
  private readonly names: (string | undefined)[] = Array(MOST_ALIVE).fill(undefined);
  private readonly leaving = new Set<string>();
  private readonly asked = new Set<string>();
  private faults = { of: '', left: 0 };
  private losses = { of: '', left: 0 };
  private crash = '';
  private made = 0;
  private had = false;
  private broken?: string;
  private sawForeign = false;

  /** @param isSlow whether changes take Route 53 longer than a look waits for them */
  constructor(private readonly isSlow: boolean) {
    this.stage = recordsStage({ families: ['A'] }, isSlow ? { propagation: { min: 95, max: 110 } } : {});
    // At times longer than a look may last, so that looks meet those that are on their way into service.
    this.stage.proceedWithin(isSlow ? 2000 : 20_000);
    this.stage.failWith((call) => (call === this.faults.of && this.faults.left-- > 0 ? new Error('made up') : undefined));
    this.stage.loseWith((call) => {
      if (call === this.crash) {
        this.crash = '';
        return 'never';
      }
      return call === this.losses.of && this.losses.left-- > 0 ? new Error('made up') : undefined;
    });
    this.stage.plane.changeResourceRecordSets({
      HostedZoneId: ZONE,
      ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet: FOREIGN }] },
    });
  }

  /** Runs go on by themselves; what they come to matters to nobody but their caller. */
  async serve(note: Note = {}): Promise<void> {
    const { ask, members } = this.stage;
    const { live } = note;
    if (live !== undefined) this.asked.add(live);
    const answer = await ask(note).catch(() => undefined);
    if (live !== undefined && answer?.settled && members.get(live) === 'Pending:Wait')
      this.broken ??= `${live} was told that it is settled`;
  }

  async pass(milliseconds: number): Promise<void> {
    await this.stage.time.pass(milliseconds, this.check);
    this.check();
    if (this.broken !== undefined) throw new Error(this.broken);
  }

  play(step: Step): void {
    const { lease, members, time } = this.stage;
    if (step.kind === 'sweep') void this.serve();
    if (step.kind === 'event') void this.serve({});
    if (step.kind === 'calm') {
      this.faults = { of: '', left: 0 };
      this.losses = { of: '', left: 0 };
      this.crash = '';
    }
    if (step.kind === 'faults') this.faults = { of: step.of, left: step.times };
    if (step.kind === 'losses') this.losses = { of: step.of, left: step.times };
    if (step.kind === 'crash') this.crash = step.of;
    if (step.kind === 'dead-run' && !lease.holder) lease.holder = { run: 'dead', until: time.now() + 610_000 };
    if (!('which' in step)) return;
    const name = this.names[step.which];
    if (step.kind === 'launch' && name === undefined) {
      this.names[step.which] = `i-${++this.made}`;
      members.set(`i-${this.made}`, 'Pending:Wait');
    }
    if (name === undefined) return;
    if (step.kind === 'ask') void this.serve({ live: name });
    if (step.kind === 'interrupt') {
      this.leaving.add(name);
      void this.serve({ leaving: name });
    }
    if (step.kind === 'terminate') members.set(name, 'Terminating:Wait');
    if (step.kind === 'end') {
      members.delete(name);
      this.names[step.which] = undefined;
    }
  }

  check = (): void => {
    const { members, plane } = this.stage;
    const all = plane.served(ZONE).records;
    const records = all.filter(({ SetIdentifier = '' }) => SetIdentifier.startsWith(`${OWNER}-`));
    const isForeignThere = all.some((record) => isDeepStrictEqual(record, { ...FOREIGN, Name: `${NAME}.` }));
    this.sawForeign ||= isForeignThere;
    if (this.sawForeign && !isForeignThere) throw new Error('a record of somebody else is not as it was');
    // No call of the API, whose rate is limited.
    for (const { HealthCheckId = '', SetIdentifier } of records) {
      if (!this.stage.exists(HealthCheckId)) throw new Error(`${SetIdentifier} names ${HealthCheckId}, which is gone`);
    }
    if (this.had && records.length === 0) throw new Error('the name has no record any more');
    this.had ||= records.length > 0;
    const there = this.published();
    const stranger = there.find((name) => !this.asked.has(name));
    if (stranger !== undefined) throw new Error(`${stranger} is in DNS and never said that its proxy is live`);
    for (const [name, state] of members) {
      if (state === 'InService' && !this.leaving.has(name) && !there.includes(name)) throw new Error(`${name} is not in DNS`);
    }
  };

  /** All is well again, every instance asks until it is settled, as its own program does, and sweeps come every minute. */
  async rest(): Promise<void> {
    const { calls, checks, lease, members, time } = this.stage;
    this.play({ kind: 'calm' });
    await this.pass(620_000);
    for (let round = 0; round < 5; round++) {
      for (const name of this.names) if (name !== undefined) void this.serve({ live: name });
      const total = this.published().length;
      const dead = this.published().filter((name) => !members.has(name)).length;
      void this.serve();
      await this.pass(120_000);
      const left = this.published().filter((name) => !members.has(name)).length;
      if ([...members.values()].includes('InService') && left > Math.max(0, dead - Math.max(1, Math.floor(total / 2))))
        throw new Error(`${left} of ${dead} dead instances are in DNS after a sweep`);
      if (round > 0 && !this.isSlow && checks().length > total)
        throw new Error(`${checks().length} health checks of ${total} records`);
    }
    if (!this.sawForeign) throw new Error('the record of somebody else never came');
    if (lease.holder) throw new Error(`the lease is not free: ${JSON.stringify(lease.holder)}`);
    const serving = [...members].filter(([name, state]) => state !== 'Terminating:Wait' && !this.leaving.has(name));
    const late = serving.filter(([, state]) => state !== 'InService');
    if (late.length > 0) throw new Error(`not settled: ${late}`);
    const expected = serving.map(([name]) => name).sort();
    const there = this.published();
    if (expected.length > 0 && there.join() !== expected.join()) throw new Error(`DNS has ${there}, not ${expected}`);
    await time.pass(60_000);
    if (checks().length !== there.length) throw new Error(`${checks().length} health checks of ${there}`);
    calls.length = 0;
    void this.serve();
    await this.pass(120_000);
    const writes = calls.filter((call) => ['change', 'createCheck', 'tag', 'deleteCheck', 'complete'].includes(call));
    if (expected.length > 0 && writes.length > 0) throw new Error(`all is well, and a sweep made ${writes}`);
  }

  /** Instances of ours that have a record. */
  private published(): string[] {
    return this.stage.published().filter((name) => name.startsWith('i-'));
  }
}

/** Random histories, each played to its end; it fails with the rule that does not hold. */
export const histories = fc.asyncProperty(
  fc.boolean(),
  fc.array(step, { minLength: 5, maxLength: 60 }),
  async (isSlow, steps) => {
    const history = new History(isSlow);
    for (const { after, step: next } of steps) {
      await history.pass(after);
      history.play(next);
    }
    await history.rest();
  },
);

/** Plays them until one fails. @returns how many were played, and what failed */
export async function play({ seed, runs }: { readonly seed: number; readonly runs: number }) {
  const { numRuns, errorInstance } = await fc.check(histories, { seed, numRuns: runs, endOnFailure: true });
  return { steps: numRuns, failure: errorInstance instanceof Error ? errorInstance.message : undefined };
}
