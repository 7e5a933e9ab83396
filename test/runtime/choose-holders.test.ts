import type { FleetSight, SlotHealth } from '../../runtime/core/model';
import { addressAt, but, decide, each, fleet, inZones, NOW, planFor, told, why } from './sights';

describe('ranking', () => {
  test.each<[holder: SlotHealth, other: SlotHealth, expected: string]>([
    ['ready', 'ready', 'A stays'],
    ['ready', 'live', 'A stays'],
    ['ready', 'unknown', 'A stays'],
    ['ready', 'dead', 'A stays'],
    ['live', 'ready', 'A to 2 10.0.2.11'],
    ['live', 'live', 'A stays'],
    ['live', 'unknown', 'A stays'],
    ['live', 'dead', 'A stays'],
    ['unknown', 'ready', 'A stays'],
    ['unknown', 'live', 'A stays'],
    ['unknown', 'unknown', 'A stays'],
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

  test('a ready slot wins over a home that is only live', () => {
    expect(decide(fleet(['live', 'ready'], undefined))).toEqual(['A to 2 10.0.2.11']);
  });

  test('names where it came from, where it goes and why', () => {
    const [decision] = planFor(fleet(['dead', 'ready'], '1.11')).decisions;

    expect(decision).toEqual({
      action: 'move',
      virtualIp: 'A',
      allocationId: 'eipalloc-A',
      from: '1',
      to: '2',
      interfaceId: 'eni-2',
      privateAddress: '10.0.2.11',
      reason: 'slot 1 is dead',
    });
  });

  test('tells of one that stays, or is stuck, where it is and how', () => {
    expect(planFor(fleet(['ready'], '1.11')).decisions).toEqual([
      { action: 'keep', virtualIp: 'A', at: '1', health: 'ready', reason: 'slot 1 is ready' },
    ]);
    expect(planFor(fleet(['dead'], '1.11')).decisions).toEqual([
      {
        action: 'stuck',
        virtualIp: 'A',
        at: '1',
        health: 'dead',
        cause: 'nowhere',
        reason: 'slot 1 is dead and no slot is live at a free address',
      },
    ]);
  });
});

describe('an address that no slot holds', () => {
  test.each<[string, FleetSight]>([
    ['it is associated with nothing', fleet(['ready', 'ready'], undefined)],
    ['an operator took it elsewhere', each(fleet(['ready', 'ready'], undefined), { address: addressAt('A', '9.11') })],
    ["it sits on an interface's primary address", fleet(['ready', 'ready'], '2.4')],
  ])('goes home when %s', (_story, sight) => {
    expect(decide(sight)).toEqual(['A to 1 10.0.1.11']);
  });

  test('stays nowhere while nobody is ready or live', () => {
    expect(decide(fleet(['dead', 'unknown'], undefined))).toEqual(['A stuck']);
  });

  test('is given up, and named so, when its allocation was released', () => {
    const sight = each(fleet(['ready'], undefined), { address: undefined });

    expect(why(sight)).toBe('gone: its allocation does not exist any more');
  });
});

describe('where an address goes', () => {
  test('several spread over their homes', () => {
    expect(decide(fleet(['ready', 'ready', 'ready'], undefined, undefined, undefined))).toEqual([
      'A to 1 10.0.1.11',
      'B to 2 10.0.2.11',
      'C to 3 10.0.3.11',
    ]);
  });

  test('home comes before the slot with the fewest', () => {
    const sight = fleet(['ready', 'ready'], undefined, '1.11', '1.12');

    expect(decide(sight)).toEqual(['A to 1 10.0.1.13', 'B stays', 'C stays']);
  });

  test('without a home that is live, the slot with the fewest comes before the zone of the home', () => {
    const sight = inZones(fleet(['dead', 'ready', 'ready'], '1.11', '2.11'), 'a', 'a', 'b');

    expect(decide(sight)).toEqual(['A to 3 10.0.3.11', 'B stays']);
  });

  test('of slots with equally many, one in the zone of the home is taken', () => {
    const sight = inZones(fleet(['dead', 'ready', 'ready'], '1.11'), 'a', 'b', 'a');

    expect(decide(sight)).toEqual(['A to 3 10.0.3.11']);
  });

  test('the addresses of a dead slot spread evenly over those that are left', () => {
    const sight = fleet(['dead', 'ready', 'ready'], '1.11', '1.12', '1.13', '1.14');

    const places = each(sight, { home: '1' });

    expect(decide(places)).toEqual(['A to 2 10.0.2.11', 'B to 3 10.0.3.11', 'C to 2 10.0.2.12', 'D to 3 10.0.3.12']);
  });

  test('only what sat on the dead slot moves, and nothing for the sake of balance', () => {
    expect(decide(fleet(['ready', 'dead', 'ready'], '1.11', '2.11', '3.11'))).toEqual(['A stays', 'B to 1 10.0.1.12', 'C stays']);
    expect(decide(fleet(['ready', 'ready', 'ready'], '1.11', '1.12', '1.13'))).toEqual(['A stays', 'B stays', 'C stays']);
  });

  test('join a slot at its next free address, never at a taken one', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11', '2.11'))).toEqual(['A to 2 10.0.2.12', 'B stays']);
    expect(decide(fleet(['dead', 'ready'], '1.11', '2.12'))).toEqual(['A to 2 10.0.2.11', 'B stays']);
    expect(decide(fleet(['dead', 'ready'], '1.11', '1.12'))).toEqual(['A to 2 10.0.2.11', 'B to 2 10.0.2.12']);
  });

  test('pass over a slot that is full', () => {
    const full = { '2.13': 'dead', '2.14': 'dead' } as const;

    expect(decide(but(fleet(['dead', 'ready', 'live'], '1.11', '2.11', '2.12'), full))).toEqual([
      'A to 3 10.0.3.11',
      'B stays',
      'C stays',
    ]);
    expect(decide(but(fleet(['dead', 'ready'], '1.11', '2.11', '2.12'), full))).toEqual(['A stuck', 'B stays', 'C stays']);
  });
});

describe('a place that carries an Elastic IP', () => {
  test('is not free for the next one before EC2 shows it free, because the move away from it may fail', () => {
    const sight = but(fleet(['ready', 'ready', 'dead'], '2.11', '3.11'), { '2.12': 'dead', '1.12': 'dead' });
    const pins = { A: { slot: '1', until: NOW + 1000, once: false } };

    expect(decide(sight, { pins })).toEqual(['A to 1 10.0.1.11', 'B stuck']);
  });

  test('is left to a strange one that sits there', () => {
    const [first, second] = fleet(['dead', 'ready'], '1.11').slots;
    const [low, high] = second?.places ?? [];
    const slots = [first, { ...second, places: [{ ...low, allocationId: 'eipalloc-replaced' }, high] }] as FleetSight['slots'];

    expect(decide({ ...fleet(['dead', 'ready'], '1.11'), slots })).toEqual(['A to 2 10.0.2.12']);
  });

  test('counts as free when EC2 still shows there one of ours that is known to be elsewhere', () => {
    const sight = fleet(['ready', 'dead'], '2.11');
    const [first, second] = sight.slots;
    const places = first?.places.map((place) => ({ ...place, allocationId: 'eipalloc-A' }));

    expect(decide({ ...sight, slots: [{ ...first, places }, second] as FleetSight['slots'] })).toEqual(['A to 1 10.0.1.11']);
  });
});

describe('slots whose places differ', () => {
  test('a virtual IP that was just added is stuck while no host owns its addresses, and the first one stays', () => {
    const added = but(fleet(['ready', 'ready'], '1.11', undefined), { '1.12': 'dead', '2.11': 'dead', '2.12': 'dead' });

    const { decisions } = planFor(added);

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

  test('a holder that is dead at its own address loses it to its home, also when that is the same slot', () => {
    const atHome = but(fleet(['ready', 'ready'], '1.11'), { '1.11': 'dead' });
    const away = but(fleet(['dead', 'ready', 'ready'], '2.11'), { '2.11': 'dead' });

    expect(decide(atHome)).toEqual(['A to 1 10.0.1.12']);
    expect(decide(away)).toEqual(['A to 3 10.0.3.11']);
    expect(why(atHome)).toBe('slot 1 at 10.0.1.11 is dead');
  });
});

describe('a slot whose interface EC2 does not show', () => {
  const hidden = (sight: FleetSight): FleetSight => {
    return { ...sight, slots: sight.slots.map((slot) => (slot.slot === '1' ? { ...slot, places: [] } : slot)) };
  };

  test('keeps what sits on it', () => {
    const [decision] = planFor(hidden(fleet(['ready', 'ready'], '1.11'))).decisions;

    expect(decision).toMatchObject({ action: 'keep', health: 'unknown', reason: 'slot 1 could not be judged' });
  });

  test('receives nothing', () => {
    expect(decide(hidden(fleet(['ready', 'dead'], undefined)))).toEqual(['A stuck']);
  });
});

test('one that is being deleted is never moved, and its place stays taken', () => {
  const state = { tombstones: ['A'] };

  expect(decide(fleet(['dead', 'ready'], '1.11'), state)).toEqual(['A stays']);
  expect(decide(fleet(['ready', 'dead'], '1.11', '2.11'), state)).toEqual(['A stays', 'B to 1 10.0.1.12']);
});

test('equal inputs give equal decisions', () => {
  const sight = fleet(['dead', 'ready', 'ready'], '1.11', undefined);

  expect(planFor(sight)).toEqual(planFor(structuredClone(sight)));
});
