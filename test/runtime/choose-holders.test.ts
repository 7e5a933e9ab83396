import { chooseHolders, type Decision, type FleetSight } from '../../runtime/core/choose-holders';
import type { SlotHealth, TakeoverState, VirtualIpView } from '../../runtime/core/model';
import { recordMove } from '../../runtime/core/move-history';

const NOW = 1_800_000_000_000;
const LIMITS = { coolDownSeconds: 30, windowSeconds: 600, movesPerWindow: 5 };
const BLANK: TakeoverState = { moves: {}, tombstones: [] };

/** Slots 1, 2, … of the given health, two places each; virtual IPs A, B, … at places like '1.11', or nowhere. */
function fleet(healths: SlotHealth[], ...places: Array<string | undefined>): FleetSight {
  return {
    slots: healths.map((health, index) => ({
      slot: `${index + 1}`,
      interfaceId: `eni-${index + 1}`,
      places: [11, 12].map((host) => ({ address: `10.0.${index + 1}.${host}`, health })),
    })),
    virtualIps: places.map((place, index) => virtualIp(String.fromCharCode(65 + index), place)),
  };
}

/** The same sight with some places of another health: `{ '1.12': 'dead' }`. */
function but(sight: FleetSight, healths: Record<string, SlotHealth>): FleetSight {
  const slots = sight.slots.map((slot) => ({
    ...slot,
    places: slot.places.map(({ address, health }) => ({ address, health: healths[address.replace('10.0.', '')] ?? health })),
  }));
  return { ...sight, slots };
}

function virtualIp(name: string, place: string | undefined): VirtualIpView {
  const association = {
    associationId: 'eipassoc-1',
    interfaceId: `eni-${place?.split('.')[0]}`,
    privateAddress: `10.0.${place}`,
  };
  return { name, address: { allocationId: `eipalloc-${name}`, publicIp: '198.51.100.1', ...(place ? association : {}) } };
}

/** 'A stays', 'A stuck' or 'A to 2 10.0.2.11'. */
function told(decisions: Decision[]): string[] {
  return decisions.map((decision) => {
    if (decision.action === 'move') return `${decision.virtualIp} to ${decision.to} ${decision.privateAddress}`;
    return `${decision.virtualIp} ${decision.action === 'keep' ? 'stays' : 'stuck'}`;
  });
}

const decide = (sight: FleetSight, state = BLANK, now = NOW): string[] => told(chooseHolders(sight, state, LIMITS, now));

const moved = (times: number, secondsAgo: number): TakeoverState => {
  return { ...BLANK, moves: { A: Array.from({ length: times }, () => NOW - secondsAgo * 1000) } };
};

describe('ranking', () => {
  test.each<[holder: SlotHealth, other: SlotHealth, expected: string]>([
    ['ready', 'ready', 'A stays'],
    ['ready', 'live', 'A stays'],
    ['ready', 'dead', 'A stays'],
    ['live', 'ready', 'A to 2 10.0.2.11'],
    ['live', 'live', 'A stays'],
    ['live', 'unknown', 'A stays'],
    ['live', 'dead', 'A stays'],
    ['unknown', 'ready', 'A stays'],
    ['unknown', 'live', 'A stays'],
    ['unknown', 'dead', 'A stays'],
    ['dead', 'ready', 'A to 2 10.0.2.11'],
    ['dead', 'live', 'A to 2 10.0.2.11'],
    ['dead', 'unknown', 'A stuck'],
    ['dead', 'dead', 'A stuck'],
  ])('holder %s, other slot %s: %s', (holder, other, expected) => {
    expect(decide(fleet([holder, other], '1.11'))).toEqual([expected]);
  });

  test('a ready slot wins over a live one that comes first', () => {
    expect(decide(fleet(['dead', 'live', 'ready'], '1.11'))).toEqual(['A to 3 10.0.3.11']);
  });

  test('names where it came from and why', () => {
    const [decision] = chooseHolders(fleet(['dead', 'ready'], '1.11'), BLANK, LIMITS, NOW);

    expect(decision).toMatchObject({
      from: '1',
      to: '2',
      interfaceId: 'eni-2',
      allocationId: 'eipalloc-A',
      reason: 'slot 1 is dead',
    });
  });
});

describe('an address that no slot holds', () => {
  test.each([
    ['it is associated with nothing', fleet(['ready', 'ready'], undefined)],
    ['an operator took it elsewhere', { ...fleet(['ready', 'ready']), virtualIps: [virtualIp('A', '9.11')] }],
    ["it sits on an interface's primary address", fleet(['ready', 'ready'], '1.4')],
  ])('goes to the first ready slot when %s', (_story, sight) => {
    expect(decide(sight)).toEqual(['A to 1 10.0.1.11']);
  });

  test('stays nowhere while nobody is ready or live', () => {
    expect(decide(fleet(['dead', 'unknown'], undefined))).toEqual(['A stuck']);
  });

  test('is given up when its allocation was released', () => {
    expect(decide({ ...fleet(['ready']), virtualIps: [{ name: 'A' }] })).toEqual(['A stuck']);
  });
});

describe('several virtual IPs', () => {
  test('spread over the slots that have the fewest', () => {
    expect(decide(fleet(['ready', 'ready', 'ready'], undefined, undefined, undefined))).toEqual([
      'A to 1 10.0.1.11',
      'B to 2 10.0.2.11',
      'C to 3 10.0.3.11',
    ]);
  });

  test('join a slot at its next free address, never at a taken one', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11', '2.11'))).toEqual(['A to 2 10.0.2.12', 'B stays']);
    expect(decide(fleet(['dead', 'ready'], '1.11', '2.12'))).toEqual(['A to 2 10.0.2.11', 'B stays']);
    expect(decide(fleet(['dead', 'ready'], '1.11', '1.12'))).toEqual(['A to 2 10.0.2.11', 'B to 2 10.0.2.12']);
  });

  test('pass over a slot that is full', () => {
    expect(decide(fleet(['dead', 'ready', 'live'], '1.11', '2.11', '2.12'))).toEqual(['A to 3 10.0.3.11', 'B stays', 'C stays']);
    expect(decide(fleet(['dead', 'ready'], '1.11', '2.11', '2.12'))).toEqual(['A stuck', 'B stays', 'C stays']);
  });
});

describe('slots whose places differ', () => {
  test('a virtual IP that was just added is stuck while no host owns its addresses, and the first one stays', () => {
    const added = but(fleet(['ready', 'ready'], '1.11', undefined), { '1.12': 'dead', '2.11': 'dead', '2.12': 'dead' });

    const decisions = chooseHolders(added, BLANK, LIMITS, NOW);

    expect(told(decisions)).toEqual(['A stays', 'B stuck']);
    expect(decisions.map(({ reason }) => reason)).toEqual([
      'slot 1 at 10.0.1.11 is ready',
      'no slot of this fleet holds it and no slot is live at a free address',
    ]);
  });

  test('a virtual IP that was just added goes to the host that owns the new address, and the first one stays', () => {
    const owned = but(fleet(['ready', 'ready'], '1.11', undefined), { '1.12': 'dead', '2.11': 'dead' });
    const ownedByHolder = but(fleet(['ready', 'ready'], '1.11', undefined), { '2.11': 'dead', '2.12': 'dead' });

    expect(decide(owned)).toEqual(['A stays', 'B to 2 10.0.2.12']);
    expect(decide(ownedByHolder)).toEqual(['A stays', 'B to 1 10.0.1.12']);
  });

  test('the health of the place counts, not that of the slot that has the best one', () => {
    expect(decide(but(fleet(['dead', 'ready', 'live'], '1.11'), { '2.11': 'dead', '2.12': 'unknown' }))).toEqual([
      'A to 3 10.0.3.11',
    ]);
    expect(decide(but(fleet(['dead', 'live'], '1.11'), { '2.12': 'ready' }))).toEqual(['A to 2 10.0.2.12']);
  });

  test('a holder that is dead at its own address loses it, rather to another slot than to its own', () => {
    const halfDead = but(fleet(['ready', 'ready'], '1.11'), { '1.11': 'dead' });
    const alone = but(fleet(['ready', 'dead'], '1.11'), { '1.11': 'dead' });

    expect(decide(halfDead)).toEqual(['A to 2 10.0.2.11']);
    expect(decide(alone)).toEqual(['A to 1 10.0.1.12']);
    expect(chooseHolders(alone, BLANK, LIMITS, NOW)[0]?.reason).toBe('slot 1 at 10.0.1.11 is dead');
  });
});

describe('a slot whose interface EC2 does not show', () => {
  const hidden = (sight: FleetSight): FleetSight => {
    return { ...sight, slots: sight.slots.map((slot) => (slot.slot === '1' ? { ...slot, places: [] } : slot)) };
  };

  test('keeps what sits on it', () => {
    const [decision] = chooseHolders(hidden(fleet(['ready', 'ready'], '1.11')), BLANK, LIMITS, NOW);

    expect(decision).toMatchObject({ action: 'keep', health: 'unknown', reason: 'slot 1 could not be judged' });
  });

  test('receives nothing', () => {
    expect(decide(hidden(fleet(['ready', 'dead'], undefined)))).toEqual(['A stuck']);
  });
});

describe('limits', () => {
  test('the cool-down spares a holder that is live, and only for its time', () => {
    const better = fleet(['live', 'ready'], '1.11');

    expect(decide(better, moved(1, 29))).toEqual(['A stays']);
    expect(decide(better, moved(1, 30))).toEqual(['A to 2 10.0.2.11']);
  });

  test('the cool-down does not hold back a move away from a dead holder or from nowhere', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11'), moved(1, 1))).toEqual(['A to 2 10.0.2.11']);
    expect(decide(fleet(['ready'], undefined), moved(1, 1))).toEqual(['A to 1 10.0.1.11']);
  });

  test('the window cap holds back every move, and only for its time', () => {
    for (const holder of ['dead', 'live'] as const) {
      expect(decide(fleet([holder, 'ready'], '1.11'), moved(5, 599))).toEqual(['A stuck']);
      expect(decide(fleet([holder, 'ready'], '1.11'), moved(5, 600))).toEqual(['A to 2 10.0.2.11']);
    }
  });

  test('each virtual IP has a window of its own', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11', '1.12'), moved(5, 60))).toEqual(['A stuck', 'B to 2 10.0.2.11']);
  });

  test('moves stamped far ahead by a clock that was wrong do not block', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11'), moved(5, -3600))).toEqual(['A to 2 10.0.2.11']);
  });

  test('a recorded move is remembered for one window', () => {
    const state = recordMove(moved(2, 599), 'A', LIMITS, NOW);
    const later = recordMove(state, 'A', LIMITS, NOW + 2000);

    expect(state.moves.A).toHaveLength(3);
    expect(later.moves.A).toEqual([NOW, NOW + 2000]);
  });
});

test('one that is being deleted is never moved, and its place stays taken', () => {
  const state = { ...BLANK, tombstones: ['A'] };

  expect(decide(fleet(['dead', 'ready'], '1.11'), state)).toEqual(['A stays']);
  expect(decide(fleet(['ready', 'dead'], '1.11', '2.11'), state)).toEqual(['A stays', 'B to 1 10.0.1.12']);
});

test('equal inputs give equal decisions', () => {
  const sight = fleet(['dead', 'ready', 'ready'], '1.11', undefined);

  expect(chooseHolders(sight, BLANK, LIMITS, NOW)).toEqual(chooseHolders(structuredClone(sight), BLANK, LIMITS, NOW));
});
