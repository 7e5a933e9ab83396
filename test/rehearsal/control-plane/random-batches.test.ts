import fc from 'fast-check';
import type { Change, ResourceRecordSet } from '../../../rehearsal/control-plane/api';
import { Route53Error } from '../../../rehearsal/control-plane/route53-error';
import { testPlane } from './planes';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);

const VALUES = {
  A: (index: number) => `198.51.${Math.floor(index / 250)}.${index % 250}`,
  AAAA: (index: number) => `2001:db8::${index}`,
  CNAME: (index: number) => `target-${index}.example.org`,
};

/** Record sets of few names, so that random changes meet each other. Some hold hundreds of values. */
const recordSets = fc
  .record({
    name: fc.constantFrom('a.example.com.', 'b.example.com.'),
    type: fc.constantFrom('A' as const, 'A' as const, 'AAAA' as const, 'CNAME' as const),
    policy: fc.constantFrom<Partial<ResourceRecordSet>>(
      {},
      { MultiValueAnswer: true },
      { Weight: 1 },
      { Weight: 0 },
      { Failover: 'PRIMARY' },
      { Failover: 'SECONDARY' },
    ),
    id: fc.constantFrom('one', 'two'),
    ttl: fc.constantFrom(30, 60),
    checked: fc.boolean(),
    first: fc.nat({ max: 1 }),
    count: fc.constantFrom(1, 1, 1, 2, 300, 400),
  })
  .map(({ name, type, policy, id, ttl, checked, first, count }) => ({
    set: {
      ...{ Name: name, Type: type, TTL: ttl, ...policy },
      ...(Object.keys(policy).length > 0 && { SetIdentifier: id }),
      ResourceRecords: Array.from({ length: type === 'CNAME' ? 1 : count }, (_, index) => ({
        Value: VALUES[type](first + index),
      })),
    } satisfies ResourceRecordSet,
    checked,
  }));

const actions = fc.constantFrom('CREATE' as const, 'CREATE' as const, 'UPSERT' as const, 'UPSERT' as const, 'DELETE' as const);
/** `pick` chooses, for a DELETE, one of what is held: a random record set would nearly never be found. */
const steps = fc.array(
  fc.array(fc.record({ action: actions, made: recordSets, pick: fc.nat() }), { minLength: 1, maxLength: 4 }),
  {
    minLength: 1,
    maxLength: 12,
  },
);

const identity = ({ Name, Type, SetIdentifier }: ResourceRecordSet) => [Name, Type, SetIdentifier].join('|');
const policyOf = ({ Weight, Failover, MultiValueAnswer }: ResourceRecordSet) =>
  [Weight !== undefined, Failover !== undefined, MultiValueAnswer].join();
const valuesOf = ({ ResourceRecords = [] }: ResourceRecordSet) => ResourceRecords.map(({ Value }) => Value);

/** Whether two record sets may live in one zone: the naive model looks at every pair. */
function agree(one: ResourceRecordSet, other: ResourceRecordSet): boolean {
  if (one.Name !== other.Name) return true;
  if (one.Type !== other.Type) return one.Type !== 'CNAME' && other.Type !== 'CNAME';
  if (policyOf(one) !== policyOf(other)) return false;
  if (one.Failover !== undefined) return one.Failover !== other.Failover;
  return one.Weight === undefined || one.TTL === other.TTL;
}

function isLegal(set: ResourceRecordSet): boolean {
  if (set.Failover === 'PRIMARY' && set.HealthCheckId === undefined) return false;
  if (set.Type === 'CNAME' && set.MultiValueAnswer) return false;
  return set.Weight === undefined || valuesOf(set).length === 1;
}

/** The record sets after the batch, or nothing when it must be refused. */
function naive(before: readonly ResourceRecordSet[], batch: readonly Change[]): ResourceRecordSet[] | undefined {
  let held = [...before];
  const seen: string[] = [];
  let elements = 0;
  for (const { Action, ResourceRecordSet: set } of batch) {
    const id = identity(set);
    const earlier = seen.filter((one) => one.startsWith(`${id} `));
    seen.push(`${id} ${Action}`);
    if (earlier.length > 0 && !(earlier.join() === `${id} DELETE` && Action !== 'DELETE')) return undefined;
    elements += valuesOf(set).length * (Action === 'UPSERT' ? 2 : 1);
    const existing = held.find((one) => identity(one) === id);
    if (Action === 'CREATE' && existing) return undefined;
    if (Action === 'DELETE' && JSON.stringify(existing) !== JSON.stringify(set)) return undefined;
    held = held.filter((one) => identity(one) !== id);
    if (Action !== 'DELETE') held.push(set);
  }
  const pairs = held.flatMap((one, index) => held.slice(index + 1).map((other) => [one, other] as const));
  return elements <= 1_000 && held.every(isLegal) && pairs.every(([one, other]) => agree(one, other)) ? held : undefined;
}

const sorted = (sets: readonly ResourceRecordSet[]) => [...sets].sort((one, other) => (identity(one) < identity(other) ? -1 : 1));

test(`S20, S22: random batches are accepted, and leave what they leave, like a naive model says (FC_SEED=${seed})`, () => {
  const seen = { accepted: 0, refused: 0 };

  fc.assert(
    fc.property(steps, (batches) => {
      const { plane, clock, change } = testPlane();
      const check = plane.createHealthCheck({
        CallerReference: 'one',
        HealthCheckConfig: { Type: 'HTTP', IPAddress: '198.51.100.1' },
      });
      const list = () => {
        clock.time += 60_000;
        const { ResourceRecordSets } = plane.listResourceRecordSets({ HostedZoneId: 'Z1EXAMPLE' });
        return ResourceRecordSets.filter(({ Type }) => !['NS', 'SOA'].includes(Type));
      };
      let held: ResourceRecordSet[] = [];

      for (const drawn of batches) {
        const batch = drawn.map(({ action, made: { set, checked }, pick }): Change => {
          const existing = action === 'DELETE' ? held[pick % (held.length + 1)] : undefined;
          const HealthCheckId = checked ? check.HealthCheck.Id : undefined;
          return { Action: action, ResourceRecordSet: existing ?? { ...set, ...(HealthCheckId && { HealthCheckId }) } };
        });
        const expected = naive(held, batch);
        let accepted = true;
        try {
          change(...batch);
        } catch (error) {
          if (!(error instanceof Route53Error) || error.name !== 'InvalidChangeBatch') throw error;
          expect(error.messages.length).toBeGreaterThan(0);
          accepted = false;
        }

        expect({ accepted, batch }).toEqual({ accepted: expected !== undefined, batch });
        held = expected ?? held;
        seen[accepted ? 'accepted' : 'refused'] += 1;
        expect(sorted(list())).toEqual(sorted(held));
      }
    }),
    { seed, numRuns: 200 },
  );

  expect(seen.accepted).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});
