import fc from 'fast-check';
import { Random } from './random';
import { type Happening, type History, Simulation } from './simulation';

const RUNS = Number(process.env.FC_RUNS ?? 2000);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);

/** Often close together, sometimes minutes apart. */
const afterMs = fc.oneof({ weight: 3, arbitrary: fc.nat(3000) }, { weight: 2, arbitrary: fc.nat(40_000) }, fc.nat(150_000));
const slot = fc.nat(3);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      afterMs,
      kind: fc.constant('health' as const),
      slot,
      health: fc.constantFrom('ready', 'live', 'dead'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      afterMs,
      kind: fc.constant('place' as const),
      slot,
      place: fc.nat(2),
      health: fc.constantFrom('ready', 'live', 'dead'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ afterMs, kind: fc.constant('instance' as const), slot, present: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      afterMs,
      kind: fc.constant('observer' as const),
      slot,
      sight: fc.constantFrom('fine', 'blind', 'missing'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      afterMs,
      kind: fc.constant('operator' as const),
      virtualIp: fc.nat(2),
      to: fc.constantFrom('nowhere', 'foreign', 'slot'),
      slot,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      afterMs,
      kind: fc.constant('relapse' as const),
      virtualIp: fc.nat(2),
      health: fc.constantFrom('live', 'dead'),
      forMs: fc.nat(40_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ afterMs, kind: fc.constant('hint' as const), copies: fc.integer({ min: 1, max: 3 }) }) },
);

const history: fc.Arbitrary<History> = fc.record({
  slots: fc.integer({ min: 2, max: 4 }),
  virtualIps: fc.integer({ min: 1, max: 3 }),
  zones: fc.integer({ min: 2, max: 3 }),
  trouble: fc.constantFrom(0, 3, 10, 30),
  seed: fc.nat(),
  happenings: fc.array(happening, { minLength: 1, maxLength: 20 }),
});

test(`keeps I1, I2, I3, I4, I7, I8 and I12 through random histories (FC_SEED=${SEED} FC_RUNS=${RUNS})`, async () => {
  process.stdout.write(`takeover property: FC_SEED=${SEED} FC_RUNS=${RUNS}\n`);

  await fc.assert(
    fc.asyncProperty(history, async (story) => new Simulation(story, new Random(story.seed)).play()),
    { numRuns: RUNS, seed: SEED, endOnFailure: false },
  );
}, 600_000);
