/**
 * Random histories of an elastic fleet: instances come, ask, go and are parked, answers of EC2 are late, calls fail, runs meet. At every
 * moment no instance has two addresses, none in service loses or changes its address or is without one; and once all is quiet, every instance
 * that should serve does.
 */
import fc from 'fast-check';
import { serveAddresses } from '../../runtime/address-pool';
import { FakePool } from './fake-pool';
import { VirtualTime } from './virtual-time';

const RUNS = Number(process.env.FC_RUNS ?? 200);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);
const SIZE = 5;
const MOST_ALIVE = 4;

type Step =
  | { readonly kind: 'launch' | 'end' | 'terminate' | 'ask' | 'park'; readonly which: number }
  | { readonly kind: 'sweep' | 'calm' }
  | { readonly kind: 'lag' | 'stale'; readonly ms: number }
  | { readonly kind: 'faults'; readonly of: string; readonly times: number };

const which = fc.nat(MOST_ALIVE - 1);
const step: fc.Arbitrary<{ readonly after: number; readonly step: Step }> = fc.record({
  after: fc.nat(400),
  step: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constantFrom('launch' as const, 'end' as const, 'terminate' as const), which }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('ask' as const, 'park' as const), which }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('sweep' as const, 'calm' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('lag' as const, 'stale' as const), ms: fc.nat(1900) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('faults' as const),
        of: fc.constantFrom('claim', 'addresses', 'instances', 'complete'),
        times: fc.integer({ min: 1, max: 8 }),
      }),
    },
  ),
});

class History {
  readonly time = new VirtualTime();
  readonly pool = new FakePool(this.time, SIZE);
  private readonly names: (string | undefined)[] = Array(MOST_ALIVE).fill(undefined);
  /** The address with which each instance came into service. */
  private readonly firsts = new Map<string, string>();
  private readonly asking = new Set<string>();
  private faults = { of: '', left: 0 };
  private made = 0;
  private answers = 0;

  constructor() {
    this.pool.fault = (call) => (call.startsWith(this.faults.of) && this.faults.left-- > 0 ? new Error('made up') : undefined);
  }

  /**
   * Runs go on by themselves; what they come to does not matter to anybody but their caller. An instance asks again after its answer: two
   * runs for one instance at the same moment, of which one sees what EC2 showed before, could give it two addresses in turn.
   */
  ask(live?: string): void {
    if (live !== undefined && this.asking.has(live)) return;
    const over = () => live !== undefined && this.asking.delete(live);
    if (live !== undefined) this.asking.add(live);
    serveAddresses(this.pool.ports, this.pool.topology, live).then(over, over);
  }

  play(step: Step): void {
    if (step.kind === 'sweep') this.ask();
    if (step.kind === 'calm') this.faults = { of: '', left: 0 };
    if (step.kind === 'lag') this.pool.lagMs = step.ms;
    // One answer in two is older than the one before.
    if (step.kind === 'stale') this.pool.staleMs = () => (this.answers++ % 2) * step.ms;
    if (step.kind === 'faults') this.faults = { of: step.of, left: step.times };
    if (!('which' in step)) return;
    const name = this.names[step.which];
    if (step.kind === 'launch' && name === undefined) this.names[step.which] = this.launch('Pending:Wait');
    if (step.kind === 'park' && name === undefined) this.names[step.which] = this.launch('Warmed:Pending:Wait');
    if (name === undefined) return;
    if (step.kind === 'ask') this.ask(name);
    if (step.kind === 'terminate') this.pool.launch(name, 'Terminating:Wait');
    if (step.kind === 'end') {
      this.pool.end(name);
      this.names[step.which] = undefined;
    }
  }

  private launch(state: string): string {
    const name = `i-${++this.made}`;
    this.pool.launch(name, state);
    return name;
  }

  check = (): void => {
    for (const [name, state] of this.pool.members) {
      const addresses = [...this.pool.holders].filter(([, holder]) => holder === name).map(([allocationId]) => allocationId);
      if (addresses.length > 1) throw new Error(`${name} has ${addresses}`);
      const [address] = addresses;
      const first = this.firsts.get(name);
      if (first !== undefined && first !== address) throw new Error(`${name} had ${first} and has ${address}`);
      if (state !== 'InService') continue;
      if (address === undefined) throw new Error(`${name} is in service without an address`);
      this.firsts.set(name, address);
    }
  };

  /** All is well again, and every instance asks until it is settled, as its own program does. */
  async rest(): Promise<void> {
    this.play({ kind: 'calm' });
    for (let round = 0; round < 3; round++) {
      for (const name of this.names) if (name !== undefined) this.ask(name);
      await this.time.pass(10_000, this.check);
    }
    const late = [...this.pool.members].filter(
      ([, state]) => !['InService', 'Warmed:Stopped', 'Terminating:Wait'].includes(state),
    );
    if (late.length > 0) throw new Error(`not settled: ${late}`);
  }
}

test('no history breaks the rules', async () => {
  process.stdout.write(`address pool: ${RUNS} histories, FC_SEED=${SEED}\n`);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const history = new History();
      for (const { after, step: next } of steps) {
        await history.time.pass(after, history.check);
        history.play(next);
      }
      await history.rest();
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 300_000);
