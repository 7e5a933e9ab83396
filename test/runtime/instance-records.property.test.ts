/**
 * Random histories of records that follow instances: instances come, say that they are live, go, die and are taken back; events are doubled and
 * lost, calls fail, runs meet and die. At every moment no record names a health check that is gone, whoever is in service is in DNS, a name
 * that had a record has one, and what belongs to others is as it was. Once all is quiet, records and health checks are those of the group.
 */
import fc from 'fast-check';
import type { Note } from '../../runtime/instance-record-ports';
import { serveRecords } from '../../runtime/instance-records';
import { NAME, recordsStage } from './records-stage';

/** Each history lasts as long as ten of the others. */
const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 600) / 10);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);
const MOST_ALIVE = 5;

type Step =
  | { readonly kind: 'launch' | 'ask' | 'terminate' | 'end' | 'interrupt'; readonly which: number }
  | { readonly kind: 'event' | 'sweep' | 'calm' | 'dead-run' }
  | { readonly kind: 'faults'; readonly of: string; readonly times: number };

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
        kind: fc.constant('faults' as const),
        of: fc.constantFrom('group', 'list', 'createCheck', 'tag', 'change', 'sync', 'listChecks', 'deleteCheck'),
        times: fc.integer({ min: 1, max: 6 }),
      }),
    },
  ),
});

class History {
  private readonly stage = recordsStage({ families: ['A'] });
  private readonly names: (string | undefined)[] = Array(MOST_ALIVE).fill(undefined);
  private readonly leaving = new Set<string>();
  private faults = { of: '', left: 0 };
  private made = 0;
  private runs = 0;
  private had = false;

  constructor() {
    this.stage.failWith((call) => (call === this.faults.of && this.faults.left-- > 0 ? new Error('made up') : undefined));
  }

  /** Runs go on by themselves; what they come to matters to nobody but their caller. */
  serve(note: Note = {}): Promise<unknown> {
    const { ports, topology } = this.stage;
    return serveRecords(ports, topology, `run-${++this.runs}`, note).catch(() => undefined);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.stage.time.pass(milliseconds, this.check);
  }

  play(step: Step): void {
    const { lease, members, time } = this.stage;
    if (step.kind === 'sweep') void this.serve();
    if (step.kind === 'event') void this.serve({});
    if (step.kind === 'calm') this.faults = { of: '', left: 0 };
    if (step.kind === 'faults') this.faults = { of: step.of, left: step.times };
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
    const { members, plane, published, topology } = this.stage;
    const zoneId = topology.names[0]?.hostedZoneId ?? '';
    const records = plane.served(zoneId).records.filter(({ Name, SetIdentifier }) => Name === `${NAME}.` && SetIdentifier);
    // No call of the API, whose rate is limited.
    for (const { HealthCheckId = '', SetIdentifier } of records) {
      if (!this.stage.exists(HealthCheckId)) throw new Error(`${SetIdentifier} names ${HealthCheckId}, which is gone`);
    }
    if (this.had && records.length === 0) throw new Error('the name has no record any more');
    this.had ||= records.length > 0;
    const there = published();
    for (const [name, state] of members) {
      if (state === 'InService' && !this.leaving.has(name) && !there.includes(name)) throw new Error(`${name} is not in DNS`);
    }
  };

  /** All is well again, every instance asks until it is settled, as its own program does, and sweeps come every minute. */
  async rest(): Promise<void> {
    const { checks, lease, members, published, time } = this.stage;
    this.play({ kind: 'calm' });
    await this.pass(620_000);
    for (let round = 0; round < 5; round++) {
      for (const name of this.names) if (name !== undefined) void this.serve({ live: name });
      void this.serve();
      await this.pass(120_000);
    }
    if (lease.holder) throw new Error(`the lease is not free: ${JSON.stringify(lease.holder)}`);
    const serving = [...members].filter(([name, state]) => state !== 'Terminating:Wait' && !this.leaving.has(name));
    const late = serving.filter(([, state]) => state !== 'InService');
    if (late.length > 0) throw new Error(`not settled: ${late}`);
    const expected = serving.map(([name]) => name).sort();
    if (expected.length > 0 && published().join() !== expected.join()) throw new Error(`DNS has ${published()}, not ${expected}`);
    await time.pass(60_000);
    if (checks().length !== published().length) throw new Error(`${checks().length} health checks of ${published()}`);
  }
}

test('no history breaks the rules', async () => {
  process.stdout.write(`records of instances: ${RUNS} histories, FC_SEED=${SEED}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const history = new History();
      for (const { after, step: next } of steps) {
        await history.pass(after);
        history.play(next);
      }
      await history.rest();
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);
