/**
 * Random histories of private proxies: they come and go, turn sick and well, observers fall silent, calls fail and their answers are lost. A
 * name that had a record has one, a proxy that is well for a minute does not leave the answers, and one that is dead for as long does not come back. Once all is quiet, the answers
 * hold those that are ready, or those that live where nobody is ready, or all where nobody lives.
 */
import fc from 'fast-check';
import { privateStage, ZONES } from './private-stage';

const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 600) / 10);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);
const MOST_ALIVE = 4;
/** Milliseconds after which a look that began before is over. */
const LONG = 60_000;

const which = fc.nat(MOST_ALIVE - 1);
const step = fc.record({
  after: fc.nat(40_000),
  step: fc.oneof(
    fc.record({ kind: fc.constant('launch' as const), which }),
    fc.record({ kind: fc.constantFrom('terminate' as const, 'end' as const), which }),
    fc.record({
      kind: fc.constant('turn' as const),
      which,
      health: fc.constantFrom('ready' as const, 'live' as const, 'dead' as const),
    }),
    fc.record({ kind: fc.constant('observer' as const), zone: fc.constantFrom(...ZONES), answers: fc.boolean() }),
    fc.record({
      kind: fc.constantFrom('faults' as const, 'losses' as const),
      of: fc.constantFrom('group', 'list', 'change', 'sync'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
  ),
});

type Step = (typeof step extends fc.Arbitrary<infer Each> ? Each : never)['step'];

class History {
  private readonly stage = privateStage();
  private readonly names: (string | undefined)[] = Array(MOST_ALIVE).fill(undefined);
  private readonly health = new Map<string, { readonly is: 'ready' | 'live' | 'dead'; readonly since: number }>();
  /** Since when, by instance. */
  private readonly inService = new Map<string, number>();
  private made = 0;
  private had = false;
  private before: string[] = [];
  /** What fails before it is done, and what of which nobody hears, until it has done so often enough. */
  private trouble = { faults: { of: '', left: 0 }, losses: { of: '', left: 0 } };

  constructor() {
    const failing = (kind: 'faults' | 'losses') => (call: string) =>
      call === this.trouble[kind].of && this.trouble[kind].left-- > 0 ? new Error('made up') : undefined;
    this.stage.failWith(failing('faults'));
    this.stage.loseWith(failing('losses'));
    for (let index = 0; index < MOST_ALIVE - 1; index++) this.launch(index, 'InService');
  }

  look(live?: string): void {
    // A silent observer is a failure of the run, and told as such.
    void this.stage.ask(live === undefined ? {} : { live }).catch(() => undefined);
  }

  async pass(milliseconds: number): Promise<void> {
    await this.stage.time.pass(milliseconds, this.check);
  }

  play(next: Step): void {
    const { blind, members } = this.stage;
    if (next.kind === 'observer') blind[next.answers ? 'delete' : 'add'](next.zone);
    if (next.kind === 'faults' || next.kind === 'losses') this.trouble[next.kind] = { of: next.of, left: next.times };
    if (!('which' in next)) return;
    const name = this.names[next.which];
    if (next.kind === 'launch' && name === undefined) {
      this.launch(next.which, 'Pending:Wait');
    }
    if (name === undefined) return;
    if (next.kind === 'launch') this.look(name);
    if (next.kind === 'turn') this.turn(name, next.health);
    if (next.kind === 'terminate') members.set(name, 'Terminating:Wait');
    if (next.kind === 'end') {
      members.delete(name);
      this.names[next.which] = undefined;
    }
  }

  check = (): void => {
    const { members, published, time } = this.stage;
    const there = published();
    if (this.had && there.length === 0) throw new Error('the name has no record any more');
    this.had ||= there.length > 0;
    const isLong = (since = time.now()) => time.now() - since > LONG;
    const isWell = (name: string) => this.health.get(name)?.is === 'ready' && isLong(this.health.get(name)?.since);
    for (const name of this.before) {
      if (members.get(name) === 'InService' && isWell(name) && !there.includes(name))
        throw new Error(`${name} is well and left DNS`);
    }
    for (const [name, state] of members)
      if (state === 'InService' && !this.inService.has(name)) this.inService.set(name, time.now());
    for (const name of there.filter((each) => !this.before.includes(each))) {
      const { is, since } = this.health.get(name) ?? {};
      if (is === 'dead' && isLong(since) && isLong(this.inService.get(name)) && there.some(isWell))
        throw new Error(`${name} is dead and came back`);
    }
    this.before = there;
  };

  async rest(): Promise<void> {
    const { blind, lease, members, published } = this.stage;
    blind.clear();
    for (const each of Object.values(this.trouble)) each.left = 0;
    await this.pass(620_000);
    for (let round = 0; round < 6; round++) {
      for (const name of this.names) if (name !== undefined) this.look(name);
      this.look();
      await this.pass(120_000);
    }
    if (lease.holder) throw new Error(`the lease is not free: ${JSON.stringify(lease.holder)}`);
    const serving = [...members].flatMap(([name, state]) => (state === 'InService' ? [name] : []));
    const best = (['ready', 'live', 'dead'] as const).find((each) => serving.some((name) => this.health.get(name)?.is === each));
    const expected = serving.filter((name) => this.health.get(name)?.is === best).sort();
    if (serving.length > 0 && published().join() !== expected.join()) throw new Error(`DNS has ${published()}, not ${expected}`);
    const held = [...members].filter(([name, state]) => state === 'Pending:Wait' && this.health.get(name)?.is !== 'dead');
    if (held.length > 0) throw new Error(`a launch is held up: ${held}`);
  }

  private launch(index: number, state: string): void {
    const name = `i-${++this.made}`;
    this.names[index] = name;
    this.stage.members.set(name, state);
    this.turn(name, 'ready');
  }

  private turn(name: string, is: 'ready' | 'live' | 'dead'): void {
    this.health.set(name, { is, since: this.stage.time.now() });
    this.stage.see(name, is);
  }
}

test('no history breaks the rules', async () => {
  process.stdout.write(`records of private proxies: ${RUNS} histories, FC_SEED=${SEED}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const history = new History();
      for (const { after, step: next } of steps) {
        await history.pass(after);
        history.play(next);
        history.look();
      }
      await history.rest();
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);
