/** Rules of the decisions that hold in every fleet: of slots and places of any health, with any orders, after any moves. */
import fc from 'fast-check';
import type { Move, Plan } from '../../runtime/core/choose-holders';
import { EMPTY_STATE, type FleetSight, type SlotHealth, type TakeoverState } from '../../runtime/core/model';
import { addressAt, carriedOut, LIMITS, NOW, planFor } from './sights';

const RUNS = Number(process.env.FC_RUNS ?? 2000);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);

const health = fc.constantFrom<SlotHealth>('ready', 'live', 'unknown', 'dead');
const until = fc.integer({ min: -60, max: 600 }).map((seconds) => NOW + seconds * 1000);
const ago = fc.nat(700).map((seconds) => NOW - seconds * 1000);

/** A fleet and what is remembered of it. `uniform`: a slot fares equally at all its places. */
const world = ({ uniform, orders }: { readonly uniform: boolean; readonly orders: boolean }) =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain(([slots, virtualIps]) => {
    const names = ['A', 'B', 'C', 'D'].slice(0, virtualIps);
    const all = Array.from({ length: slots }, (_, slot) => names.map((__, place) => ({ slot, place }))).flat();
    const slotName = fc.nat(slots - 1).map((slot) => `${slot + 1}`);
    const some = <T>(value: fc.Arbitrary<T>) => fc.dictionary(fc.constantFrom(...names), value);
    return fc.record({
      sight: fc
        .record({
          healths: fc.array(fc.array(health, { minLength: virtualIps, maxLength: virtualIps }), {
            minLength: slots,
            maxLength: slots,
          }),
          zones: fc.array(fc.constantFrom('a', 'b'), { minLength: slots, maxLength: slots }),
          places: fc.shuffledSubarray(all, { minLength: virtualIps, maxLength: virtualIps }),
          nowhere: fc.array(fc.integer({ max: 9, min: 0 }), { minLength: virtualIps, maxLength: virtualIps }),
          homes: fc.array(slotName, { minLength: virtualIps, maxLength: virtualIps }),
          preemptAfterSeconds: orders ? fc.constantFrom(undefined, 0, 60) : fc.constant(undefined),
        })
        .map(({ healths, zones, places, nowhere, homes, preemptAfterSeconds }): FleetSight => {
          return {
            slots: healths.map((those, index) => ({
              slot: `${index + 1}`,
              zone: zones[index] as string,
              interfaceId: `eni-${index + 1}`,
              places: those.map((health, place) => ({
                address: `10.0.${index + 1}.${11 + place}`,
                health: uniform ? (those[0] as SlotHealth) : health,
              })),
            })),
            virtualIps: names.map((name, index) => {
              const { slot, place } = places[index] as (typeof all)[number];
              const at = nowhere[index] === 0 ? undefined : `${slot + 1}.${11 + place}`;
              return { name, home: homes[index] as string, preemptAfterSeconds, address: addressAt(name, at) };
            }),
          };
        }),
      state: fc
        .record({
          moves: some(fc.array(ago, { maxLength: 6 })),
          tombstones: fc.oneof({ weight: 4, arbitrary: fc.constant<string[]>([]) }, fc.subarray(names)),
          stuck: fc.subarray(names),
          homeReadySince: orders ? some(ago) : fc.constant({}),
          pins: orders ? some(fc.record({ slot: slotName, until, once: fc.boolean() })) : fc.constant({}),
          maintenance: fc.record({
            slots: orders ? fc.dictionary(slotName, until) : fc.constant({}),
            virtualIps: orders ? some(until) : fc.constant({}),
          }),
        })
        .map((state): TakeoverState => ({ ...EMPTY_STATE, ...state })),
    });
  });

const movesOf = ({ decisions }: Plan): Move[] => decisions.flatMap((decision) => (decision.action === 'move' ? [decision] : []));

/** The plans for a world in which every plan is carried out. */
function successive(sight: FleetSight, state: TakeoverState, count: number): Plan[] {
  const plans: Plan[] = [];
  let here = { sight, state };
  while (plans.length < count) {
    const plan = planFor(here.sight, here.state);
    plans.push(plan);
    here = carriedOut(here.sight, plan);
  }
  return plans;
}

beforeAll(() => {
  process.stdout.write(`choose-holders property: FC_SEED=${SEED} FC_RUNS=${RUNS}\n`);
});

const property = (story: string, of: Parameters<typeof world>[0], holds: (sight: FleetSight, state: TakeoverState) => void) =>
  test(`${story} (FC_SEED=${SEED} FC_RUNS=${RUNS})`, () => {
    fc.assert(
      fc.property(world(of), ({ sight, state }) => holds(sight, state)),
      { numRuns: RUNS, seed: SEED },
    );
  });

property(
  'what was decided and done leads to no other decision and to nothing to remember',
  { uniform: true, orders: false },
  (sight, state) => {
    const first = planFor(sight, state);
    const after = carriedOut(sight, first);

    const second = planFor(after.sight, after.state);

    expect(movesOf(second)).toEqual([]);
    expect(JSON.stringify(second.state)).toBe(JSON.stringify(after.state));
  },
);

property('with orders and homes, too; what was met is then forgotten, once', { uniform: true, orders: true }, (sight, state) => {
  const [, second, third] = successive(sight, state, 3) as [Plan, Plan, Plan];

  expect([...movesOf(second), ...movesOf(third)]).toEqual([]);
  expect(third.decisions).toEqual(second.decisions);
  expect(JSON.stringify(third.state)).toBe(JSON.stringify(second.state));
});

property('peace is found however the places differ', { uniform: false, orders: true }, (sight, state) => {
  const plans = successive(sight, state, LIMITS.movesPerWindow + 2);

  expect(movesOf(plans.at(-1) as Plan)).toEqual([]);
});

property(
  'only a place that is alive and carries nothing receives an address, and one only',
  { uniform: false, orders: true },
  (sight, state) => {
    const places = new Map(sight.slots.flatMap((slot) => slot.places.map(({ address, health }) => [address, health])));
    const taken = sight.virtualIps.map(({ address }) => address?.privateAddress);

    const targets = movesOf(planFor(sight, state)).map(({ privateAddress }) => privateAddress);

    expect(new Set(targets).size).toBe(targets.length);
    expect(targets.filter((target) => taken.includes(target))).toEqual([]);
    expect(targets.map((target) => places.get(target)).filter((health) => health !== 'ready' && health !== 'live')).toEqual([]);
  },
);
