import type { PublishedName } from '../../lib/private/records-contract';
import type { AddressRecord } from '../../runtime/core/address-record';
import {
  planPublications,
  planRemovals,
  type RemovalSight,
  type WantedRecord,
  wantedRecords,
} from '../../runtime/core/plan-instance-records';
import { NAME, OWNER, TOPOLOGY } from './records-stage';

const [name] = TOPOLOGY.names as [PublishedName];
const probed: PublishedName = { hostedZoneId: name.hostedZoneId, recordName: name.recordName, ttl: name.ttl };
const addressOf = (instance: number) => `198.51.100.${instance}`;

/** Records that instances should have. */
const wantedOf = (instances: readonly number[], of: PublishedName = name) =>
  wantedRecords(
    { owner: OWNER, families: ['A'], names: [of] },
    new Map(instances.map((instance) => [`i-${instance}`, { A: addressOf(instance) }])),
  );

/** The same as they are, with a health check each if they are to be judged by one. */
const recordsOf = (instances: readonly number[], of: PublishedName = name): AddressRecord[] =>
  wantedOf(instances, of).map(({ instanceId, record }) => ({
    ...record,
    ...(of.check && { healthCheckId: `check-${instanceId}` }),
  }));

describe('which records are written', () => {
  const known = () => false;
  const checkIds = new Set(['check-i-1', 'check-i-2']);
  const written = (
    records: AddressRecord[],
    wanted: WantedRecord[],
    { isUnknown = known, ids = checkIds }: { isUnknown?: (each: WantedRecord) => boolean; ids?: ReadonlySet<string> } = {},
  ) =>
    planPublications([{ name, records }], wanted, isUnknown, ids).map(({ instanceId, before, keepsCheck }) => ({
      instanceId,
      instead: before?.values.join(),
      keepsCheck,
    }));
  const there = recordsOf([1, 2]);
  const [first, second] = there as [AddressRecord, AddressRecord];

  test('is none when all is well, and what is missing', () => {
    expect(written(there, wantedOf([1, 2]))).toEqual([]);
    expect(written([first], wantedOf([1, 2]))).toEqual([{ instanceId: 'i-2', instead: undefined, keepsCheck: false }]);
  });

  test.each<[string, AddressRecord, boolean]>([
    ['has another TTL', { ...second, ttl: 30 }, true],
    ['has another address', { ...second, values: ['198.51.100.99'] }, false],
    ['is judged by nothing', { ...second, healthCheckId: undefined }, false],
    ['is judged by a health check that is gone', { ...second, healthCheckId: 'check-of-before' }, false],
  ])('is one that %s, whose health check stays if it asks the same', (_, differing, keepsCheck) => {
    expect(written([first, differing], wantedOf([1, 2]))).toEqual([
      { instanceId: 'i-2', instead: differing.values.join(), keepsCheck },
    ]);
  });

  test('is one of which nobody knows whether it is everywhere, as it is', () => {
    const isUnknown = ({ instanceId }: WantedRecord) => instanceId === 'i-2';
    expect(written(there, wantedOf([1, 2]), { isUnknown })).toEqual([
      { instanceId: 'i-2', instead: addressOf(2), keepsCheck: true },
    ]);
  });

  test('needs no health check where functions look', () => {
    expect(
      planPublications([{ name: probed, records: recordsOf([1], probed) }], wantedOf([1], probed), known, new Set()),
    ).toEqual([]);
  });
});

describe('which records go', () => {
  const going = (records: AddressRecord[], wanted: readonly number[], sight: Partial<RemovalSight> = {}) =>
    planRemovals(
      { name, records },
      { wanted: wantedOf(wanted), stands: () => true, families: ['A'], unseen: [], gone: [], mostRemoved: 0.5, ...sight },
    ).map(({ values }) => values.join());
  const eight = [1, 2, 3, 4, 5, 6, 7, 8];

  test('are those that nobody wants', () => {
    expect(going(recordsOf(eight), [1, 2, 3, 4, 5, 6, 7])).toEqual([addressOf(8)]);
  });

  test.each([
    ['half of the name', eight, [1], [2, 3, 4, 5]],
    ['one, however few there are', [1, 2], [1], [2]],
    ['one of three', [1, 2, 3], [1], [2]],
  ])('are at most %s', (_, records, wanted, expected) => {
    expect(going(recordsOf(records), wanted)).toEqual(expected.map(addressOf));
  });

  test('are none while nothing that is wanted stands', () => {
    expect(going(recordsOf(eight), [])).toEqual([]);
    expect(going(recordsOf(eight), [9], { stands: () => false })).toEqual([]);
  });

  test('are all of instances that are certain to serve nobody', () => {
    const gone = eight.slice(1).map((instance) => `${OWNER}-i-${instance}-`);
    expect(going(recordsOf(eight), [1], { gone })).toEqual(eight.slice(1).map(addressOf));
    expect(going(recordsOf(eight), [], { gone })).toEqual([]);
  });

  test('are not those of an instance of which EC2 said nothing', () => {
    expect(going(recordsOf([1, 2, 3]), [1], { unseen: [`${OWNER}-i-2-`] })).toEqual([addressOf(3)]);
  });

  test('are those whose address another record tells, whatever the share', () => {
    const twins = recordsOf(eight).map((record) => ({
      ...record,
      values: [addressOf(1)],
      setIdentifier: `${record.setIdentifier}x`,
    }));
    expect(going([...recordsOf([1]), ...twins], [1])).toHaveLength(8);
  });

  test('are all of a family that the fleet has given up', () => {
    const ipv6 = recordsOf(eight).map((record) => ({ ...record, type: 'AAAA' as const, values: ['2600:1f18::1'] }));
    expect(going([...recordsOf([1]), ...ipv6], [1])).toHaveLength(8);
    expect(going(ipv6, [1])).toHaveLength(8);
  });

  test('of one family do not count for another', () => {
    const ipv6 = recordsOf([2]).map((record) => ({ ...record, type: 'AAAA' as const, values: ['2600:1f18::2'] }));
    expect(going([...recordsOf([1]), ...ipv6], [1], { families: ['A', 'AAAA'] })).toEqual([]);
  });
});

test('a record is called by its owner, its instance and how it is judged', () => {
  const identifiersOf = (of: PublishedName) => wantedOf([1], of).map(({ record }) => record.setIdentifier);
  const faster = { ...name, check: { ...name.check, RequestInterval: 30 } } as PublishedName;
  const [plain, other, unchecked] = [name, faster, probed].map((each) => identifiersOf(each).join());

  expect(plain).toMatch(new RegExp(`^${OWNER}-i-1-\\w+$`));
  expect(new Set([plain, other, unchecked]).size).toBe(3);
  expect(wantedOf([1])[0]?.record).toMatchObject({ name: NAME, type: 'A', ttl: 60, values: [addressOf(1)] });
});
