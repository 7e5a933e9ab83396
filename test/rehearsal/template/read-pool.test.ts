import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import { firstSlots } from '../../../rehearsal/template/model';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { assembly, elastic } from '../fleet-template';

const fleet = readFleet(loadTemplate(elastic()));

test('a pool is read with its addresses, in the order in which its function is told of them', () => {
  expect([...(fleet.pool?.addresses.values() ?? [])]).toEqual([1, 2, 3, 4, 5].map((number) => `127.100.0.${number}`));
  expect([...(fleet.pool?.addresses.keys() ?? [])]).toEqual(fleet.pool?.topology.allocationIds);
  expect(fleet.pool).toMatchObject({ minCapacity: 2, sweepSeconds: 60, topology: { fleet: 'Own/Edge' } });
});

test('there is a place for each instance that there can be, in every zone, and as many have one as the group is large at first', () => {
  expect(fleet.slots.map(({ slot, zone, address }) => [slot, zone, address])).toEqual([
    ['1', 'zone-a', '127.10.1.1'],
    ['2', 'zone-b', '127.10.2.2'],
    ['3', 'zone-a', '127.10.1.3'],
    ['4', 'zone-b', '127.10.2.4'],
    ['5', 'zone-a', '127.10.1.5'],
  ]);
  expect(firstSlots(fleet).map(({ slot }) => slot)).toEqual(['1', '2']);
  expect(fleet.slots[0]?.configuration).toContain('frontend');
  expect(fleet.drainSeconds).toBe(118);
});

test('records and health checks are those of the addresses, not of the instances', () => {
  const records = fleet.zones.flatMap((zone) => zone.records);

  expect(records.map(({ values }) => values)).toEqual([1, 2, 3, 4, 5].map((number) => [`127.100.0.${number}`]));
  expect(fleet.healthChecks.filter(isEndpointCheck).map(({ ipAddress, disabled }) => [ipAddress, disabled ?? false])).toEqual(
    [1, 2, 3, 4, 5].map((number) => [`127.100.0.${number}`, false]),
  );
});

test('a fleet of slots has no pool, and all its slots have an instance', () => {
  const fixed = readFleet(loadTemplate(assembly(['Demo']).directory));

  expect(fixed.pool).toBeUndefined();
  expect(firstSlots(fixed)).toEqual(fixed.slots);
});
