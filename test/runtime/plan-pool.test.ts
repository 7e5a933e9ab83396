import { type PoolAddress, planPool } from '../../runtime/core/plan-pool';

const instances = (states: Record<string, string>) =>
  Object.entries(states).map(([instanceId, lifecycleState]) => ({ groupName: 'Group', instanceId, lifecycleState }));

/** Addresses by what they are on: an instance, nothing, or something else. */
const addresses = (holders: Record<string, string | undefined | null>): PoolAddress[] =>
  Object.entries(holders).map(([allocationId, holder], place) => ({
    allocationId,
    place,
    associationId: holder === undefined ? undefined : `on-${holder}`,
    instanceId: holder ?? undefined,
  }));

describe('who gets an address', () => {
  test('is every instance in service that has none, or the one that says that its proxy is live', () => {
    const group = instances({
      old: 'InService',
      lost: 'InService',
      live: 'Pending:Wait',
      boots: 'Pending:Wait',
      early: 'Pending',
    });
    const pool = addresses({ a: 'old', b: undefined, c: undefined, d: undefined });
    const claiming = (live?: string) => {
      return planPool({ instances: group, addresses: pool }, live).claims.map(({ instanceId }) => instanceId);
    };

    expect([undefined, 'live', 'lost', 'old', 'early', 'unknown'].map(claiming)).toEqual([
      ['lost'],
      ['live'],
      ['lost'],
      [],
      [],
      [],
    ]);
  });

  test('is nobody who goes, stands by or is parked', () => {
    const states = ['Terminating', 'Terminating:Wait', 'Terminated', 'Standby', 'EnteringStandby', 'Detached', 'Warmed:Stopped'];
    const group = instances(Object.fromEntries([...states, 'Warmed:Pending:Wait'].map((state, index) => [`i-${index}`, state])));

    for (const { instanceId } of group) {
      expect(planPool({ instances: group, addresses: addresses({ a: undefined }) }, instanceId)).toEqual({
        claims: [],
        waiting: [],
      });
    }
  });

  test('is nobody at the cost of somebody else: an address on anything is not free', () => {
    const group = instances({ first: 'InService', second: 'InService' });
    const pool = addresses({ a: 'terminating', b: null, c: undefined });

    expect(planPool({ instances: group, addresses: pool })).toEqual({
      claims: [{ allocationId: 'c', instanceId: 'first' }],
      waiting: ['second'],
    });
  });

  test('is nobody twice while EC2 does not show the claim of a moment ago', () => {
    const sight = { instances: instances({ live: 'Pending:Wait' }), addresses: addresses({ a: undefined, b: undefined }) };

    expect(planPool(sight, 'live', ['live'])).toEqual({ claims: [], waiting: [] });
  });
});

test('one that is alone takes none from the far end of the pool, and an address that is to leave it is nobody else’s', () => {
  const pool = addresses(Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`eipalloc-${index}`, undefined])));
  const leaving: PoolAddress[] = [
    { allocationId: 'eipalloc-old', associationId: 'on-old', instanceId: 'old' },
    { allocationId: 'eipalloc-gone' },
  ];
  const choices = Array.from({ length: 40 }, (_, index) => {
    const sight = {
      instances: instances({ [`i-${index}`]: 'Pending:Wait', old: 'InService' }),
      addresses: [...leaving, ...pool],
    };
    return planPool(sight, `i-${index}`).claims[0]?.allocationId;
  });

  expect([...new Set(choices)].sort()).toEqual(['eipalloc-0', 'eipalloc-1', 'eipalloc-2']);
  expect(planPool({ instances: instances({ old: 'InService' }), addresses: leaving }).claims).toEqual([]);
});

test('instances prefer different addresses, each always the same', () => {
  const free = addresses(Object.fromEntries(Array.from({ length: 55 }, (_, index) => [`eipalloc-${index}`, undefined])));
  const names = Array.from({ length: 50 }, (_, index) => `i-0123456789abcde${index}`);
  const all = instances(Object.fromEntries(names.map((name) => [name, 'Pending:Wait'])));
  const choiceOf = (instanceId: string) => planPool({ instances: all, addresses: free }, instanceId).claims[0]?.allocationId;

  const choices = names.map(choiceOf);

  expect(names.map(choiceOf)).toEqual(choices);
  // Fifty throws into fifty-five bins leave about thirty-three of them used.
  expect(new Set(choices).size).toBeGreaterThan(25);
});
