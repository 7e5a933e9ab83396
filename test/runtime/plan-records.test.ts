import fc from 'fast-check';
import type { AddressRecord, RecordChange } from '../../runtime/core/address-record';
import { planRecords } from '../../runtime/core/plan-records';

const RUNS = Number(process.env.FC_RUNS ?? 1000);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);
const POLICY = { prefix: 'targets-', mostRemoved: 0.5 };

const record = (name: string, values: string[], ttl = 10): AddressRecord => ({ name, type: 'A', ttl, values });
const ips = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => `10.0.0.${from + index}`);

/** The zone after the changes. */
function applied(current: readonly AddressRecord[], changes: readonly RecordChange[]): AddressRecord[] {
  const gone = changes.map(({ before }) => before?.name);
  return [...current.filter(({ name }) => !gone.includes(name)), ...changes.flatMap(({ after }) => after ?? [])];
}

test('writes a new name, the one that changed, and nothing where nothing differs but the order', () => {
  const same = record('targets-a', ['10.0.0.2', '10.0.0.1']);
  const old = record('targets-b', ['10.0.0.3']);

  const changes = planRecords(
    [same, old],
    [
      record('targets-a', ['10.0.0.1', '10.0.0.2']),
      record('targets-b', ['10.0.0.3', '10.0.0.4']),
      record('targets-c', ['10.0.0.9']),
    ],
    POLICY,
  );

  expect(changes).toEqual([
    { before: old, after: record('targets-b', ['10.0.0.3', '10.0.0.4']) },
    { before: undefined, after: record('targets-c', ['10.0.0.9']) },
  ]);
});

test('another TTL is a change', () => {
  const old = record('targets-a', ['10.0.0.1'], 60);

  expect(planRecords([old], [record('targets-a', ['10.0.0.1'])], POLICY)).toEqual([
    { before: old, after: record('targets-a', ['10.0.0.1']) },
  ]);
});

test('keeps the last addresses of a group without an instance, and makes no record of none', () => {
  expect(planRecords([record('targets-a', ['10.0.0.1'])], [record('targets-a', []), record('targets-b', [])], POLICY)).toEqual(
    [],
  );
});

test('takes out at most half of the addresses at once, one at least, and never holds back a new one', () => {
  const before = record('targets-a', ips(1, 10));

  const [change] = planRecords([before], [record('targets-a', ['10.0.0.1', '10.0.0.99'])], POLICY);
  const [pair] = planRecords([record('targets-a', ips(1, 2))], [record('targets-a', ['10.0.0.3'])], POLICY);

  expect(change?.after?.values).toHaveLength(6);
  expect(change?.after?.values).toEqual(expect.arrayContaining(['10.0.0.1', '10.0.0.99']));
  expect(pair?.after?.values).toEqual(['10.0.0.2', '10.0.0.3']);
});

test('removes names of ours that no group has any more if it may, and no other', () => {
  const orphan = record('targets-old', ['10.0.0.1']);

  expect(planRecords([orphan], [], { mostRemoved: 0.5 })).toEqual([]);

  expect(planRecords([orphan, record('by-hand', ['10.0.0.2'])], [], POLICY)).toEqual([{ before: orphan }]);
});

describe(`of any zone and any groups (${RUNS} of them, FC_SEED=${SEED})`, () => {
  const name = fc.constantFrom('targets-a', 'targets-b', 'targets-c', 'by-hand');
  const values = fc.uniqueArray(
    fc.nat(12).map((index) => `10.0.0.${index}`),
    { maxLength: 12 },
  );
  const records = (min: number) =>
    fc.uniqueArray(
      fc.record({
        name,
        type: fc.constant('A' as const),
        ttl: fc.constantFrom(10, 60),
        values: min ? values.filter(({ length }) => length > 0) : values,
      }),
      {
        selector: (each) => each.name,
      },
    );
  const holds = (check: (current: AddressRecord[], desired: AddressRecord[]) => void) =>
    fc.assert(
      fc.property(records(1), records(0), (current, desired) =>
        check(
          current,
          desired.filter((each) => each.name !== 'by-hand'),
        ),
      ),
      { numRuns: RUNS, seed: SEED },
    );

  test('a group that has instances is never without a record, and no name that is not ours changes', () => {
    holds((current, desired) => {
      const after = applied(current, planRecords(current, desired, POLICY));

      for (const { name: wanted, values: wantedValues } of desired) {
        const found = after.find((each) => each.name === wanted);
        if (wantedValues.length > 0) expect(found?.values).toEqual(expect.arrayContaining(wantedValues));
        else expect(found).toEqual(current.find((each) => each.name === wanted));
      }
      expect(after.find((each) => each.name === 'by-hand')).toEqual(current.find((each) => each.name === 'by-hand'));
    });
  });

  test('the same groups again and again end in records of exactly their instances, and then nothing changes any more', () => {
    holds((current, desired) => {
      let zone = current;
      for (let run = 0; run < 12; run++) zone = applied(zone, planRecords(zone, desired, POLICY));

      expect(planRecords(zone, desired, POLICY)).toEqual([]);
      for (const { name: wanted, values: wantedValues } of desired) {
        const found = zone.find((each) => each.name === wanted);
        if (wantedValues.length > 0) expect([...(found?.values ?? [])].sort()).toEqual([...wantedValues].sort());
      }
    });
  });

  test('no run takes out more than half of the addresses of a name, or one', () => {
    holds((current, desired) => {
      const after = applied(current, planRecords(current, desired, POLICY));

      for (const before of current.filter((each) => desired.some((wanted) => wanted.name === each.name))) {
        const now = after.find((each) => each.name === before.name)?.values ?? [];
        const lost = before.values.filter((value) => !now.includes(value)).length;
        expect(lost).toBeLessThanOrEqual(Math.max(1, before.values.length / 2));
      }
    });
  });
});
