/** What operators ask for: pins, moves to make once, slots and addresses in maintenance. And the wish to go home. */
import type { FleetSight, TakeoverState } from '../../runtime/core/model';
import { but, decide, each, fleet, moved, NOW, planFor, why } from './sights';

const LATER = NOW + 60_000;

const pinned = (slot: string, until = LATER): Partial<TakeoverState> => ({ pins: { A: { slot, until, once: false } } });
const once = (slot: string, until = LATER): Partial<TakeoverState> => ({ pins: { A: { slot, until, once: true } } });
const evacuated = (...slots: string[]): Partial<TakeoverState> => {
  return { maintenance: { slots: Object.fromEntries(slots.map((slot) => [slot, LATER])), virtualIps: {} } };
};
const frozen = (...virtualIps: string[]): Partial<TakeoverState> => {
  return { maintenance: { slots: {}, virtualIps: Object.fromEntries(virtualIps.map((name) => [name, LATER])) } };
};

describe('a pin', () => {
  test('takes the address to its slot, though the holder is as well and moved lately', () => {
    const sight = fleet(['ready', 'ready', 'live'], '1.11');

    expect(decide(sight, { ...pinned('3'), ...moved(5, 1) })).toEqual(['A to 3 10.0.3.11']);
    expect(why(sight, pinned('3'))).toBe('it is pinned to slot 3');
  });

  test('keeps the address on its slot, though another one is better, and lasts', () => {
    const { decisions, state } = planFor(fleet(['live', 'ready'], '1.11'), pinned('1'));

    expect(decisions).toMatchObject([{ action: 'keep', reason: 'it is pinned to slot 1' }]);
    expect(state.pins).toEqual(pinned('1').pins);
  });

  test('holds the address on its slot also when that is dead, and says that it is stuck', () => {
    expect(why(fleet(['dead', 'ready'], '1.11'), pinned('1'))).toBe('pinned: it is pinned to slot 1');
  });

  test.each(['dead', 'unknown'] as const)('to a slot that is %s waits where the address is', (health) => {
    expect(decide(fleet(['ready', health], '1.11'), pinned('2'))).toEqual(['A stays']);
    expect(why(fleet(['ready', health], '1.11'), pinned('2'))).toBe('it is pinned to slot 2, which is not live');
  });

  test('to a slot that is not live leaves an address stuck on a dead holder, and one that is nowhere', () => {
    for (const place of ['1.11', undefined]) {
      expect(why(fleet(['dead', 'dead', 'ready'], place), pinned('2'))).toBe('pinned: it is pinned to slot 2, which is not live');
    }
  });

  test('calls nothing stuck whose holder could not be judged', () => {
    expect(decide(fleet(['unknown', 'unknown'], '1.11'), pinned('2'))).toEqual(['A stays']);
  });

  test('to a slot that does not exist waits, too', () => {
    expect(decide(fleet(['ready', 'ready'], '1.11'), pinned('9'))).toEqual(['A stays']);
  });

  test('names one address and one slot, and so counts more than the maintenance of the slot', () => {
    expect(decide(fleet(['ready', 'ready'], '1.11'), { ...pinned('2'), ...evacuated('2') })).toEqual(['A to 2 10.0.2.11']);
    expect(decide(fleet(['ready', 'ready'], '2.11'), { ...pinned('2'), ...evacuated('2') })).toEqual(['A stays']);
  });

  test('is over, and forgotten, at its end', () => {
    const sight = fleet(['ready', 'ready'], '1.11');

    expect(decide(sight, pinned('2', NOW + 1))).toEqual(['A to 2 10.0.2.11']);
    expect(decide(sight, pinned('2', NOW))).toEqual(['A stays']);
    expect(planFor(sight, pinned('2', NOW)).state.pins).toEqual({});
  });
});

describe('a move to make once', () => {
  test('is made, though the holder is ready, and is forgotten only when EC2 shows it', () => {
    const asked = planFor(fleet(['ready', 'ready'], '1.11'), once('2'));
    const met = planFor(fleet(['ready', 'ready'], '2.11'), once('2'));

    expect(asked.decisions).toMatchObject([{ action: 'move', to: '2', reason: 'an operator asked for slot 2' }]);
    expect(asked.state.pins).toEqual(once('2').pins);
    expect(met.decisions).toMatchObject([{ action: 'keep' }]);
    expect(met.state.pins).toEqual({});
  });

  test('holds nothing while its slot is dead', () => {
    const { decisions, state } = planFor(fleet(['dead', 'dead', 'ready'], '1.11'), once('2'));

    expect(decisions).toMatchObject([{ action: 'move', to: '3', reason: 'slot 1 is dead' }]);
    expect(state.pins).toEqual(once('2').pins);
  });

  test('to a slot in maintenance waits, because it would be sent away again', () => {
    expect(decide(fleet(['ready', 'ready'], '1.11'), { ...once('2'), ...evacuated('2') })).toEqual(['A stays']);
  });

  test('is over at its end', () => {
    expect(planFor(fleet(['ready', 'ready'], '1.11'), once('2', NOW)).state.pins).toEqual({});
  });

  test('leaves the pins of others alone', () => {
    const pins = { ...once('1').pins, B: { slot: '2', until: LATER, once: false } };

    const { state } = planFor(fleet(['ready', 'ready'], '1.11', '2.11'), { pins });

    expect(state.pins).toEqual({ B: pins.B });
  });
});

describe('a virtual IP in maintenance', () => {
  test('stays where it is, dead, nowhere or asked for elsewhere', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11'), frozen('A'))).toEqual(['A stays']);
    expect(decide(fleet(['ready', 'ready'], undefined), frozen('A'))).toEqual(['A stays']);
    expect(decide(fleet(['ready', 'ready'], '1.11'), { ...frozen('A'), ...pinned('2') })).toEqual(['A stays']);
    expect(why(fleet(['dead', 'ready'], '1.11'), frozen('A'))).toBe('it is in maintenance');
  });

  test('does not hold the others', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11', '1.12'), frozen('A'))).toEqual(['A stays', 'B to 2 10.0.2.11']);
  });

  test('is served again at the end of it, which is then forgotten', () => {
    const over = { maintenance: { slots: {}, virtualIps: { A: NOW } } };

    expect(decide(fleet(['dead', 'ready'], '1.11'), over)).toEqual(['A to 2 10.0.2.11']);
    expect(planFor(fleet(['ready']), over).state.maintenance.virtualIps).toEqual({});
  });
});

describe('a slot in maintenance', () => {
  test('is left by all its addresses, though they moved lately, and they spread', () => {
    const sight = fleet(['ready', 'ready', 'ready'], '1.11', '1.12');

    expect(decide(each(sight, { home: '1' }), { ...evacuated('1'), ...moved(5, 1) })).toEqual([
      'A to 2 10.0.2.11',
      'B to 3 10.0.3.11',
    ]);
    expect(why(sight, evacuated('1'))).toBe('slot 1 is in maintenance');
  });

  test('is not left for a slot that is worse', () => {
    expect(decide(fleet(['ready', 'live'], '1.11'), evacuated('1'))).toEqual(['A stays']);
    expect(why(fleet(['ready', 'live'], '1.11'), evacuated('1'))).toBe('slot 1 is in maintenance, but nothing free is as well');
    expect(decide(fleet(['live', 'live'], '1.11'), evacuated('1'))).toEqual(['A to 2 10.0.2.11']);
  });

  test('is not left by an address that could not be judged', () => {
    expect(decide(fleet(['unknown', 'ready'], '1.11'), evacuated('1'))).toEqual(['A stays']);
  });

  test('receives nothing, not even from a dead slot', () => {
    expect(decide(fleet(['ready', 'dead', 'ready'], undefined, '2.11'), evacuated('1'))).toEqual([
      'A to 3 10.0.3.11',
      'B to 3 10.0.3.12',
    ]);
    expect(why(fleet(['dead', 'ready'], '1.11'), evacuated('2'))).toMatch(/^nowhere: /);
  });

  test('is one like the others again at the end of it, which is then forgotten', () => {
    const over = { maintenance: { slots: { 1: NOW }, virtualIps: {} } };

    expect(decide(fleet(['ready', 'ready'], '1.11'), over)).toEqual(['A stays']);
    expect(planFor(fleet(['ready']), over).state.maintenance.slots).toEqual({});
  });
});

describe('preemption', () => {
  /** A is on slot 2 and at home on slot 1. */
  const away = (preemptAfterSeconds: number | undefined, home: 'ready' | 'live' | 'dead' | 'unknown' = 'ready'): FleetSight => {
    return each(fleet([home, 'ready'], '2.11'), { preemptAfterSeconds });
  };
  const since = (secondsAgo: number): Partial<TakeoverState> => ({ homeReadySince: { A: NOW - secondsAgo * 1000 } });

  test('never takes an address home from a ready slot, and remembers nothing', () => {
    const { decisions, state } = planFor(away(undefined), since(3600));

    expect(decisions).toMatchObject([{ action: 'keep' }]);
    expect(state.homeReadySince).toEqual({});
  });

  test('at once takes it home at the first look', () => {
    expect(decide(away(0))).toEqual(['A to 1 10.0.1.11']);
  });

  test('after a time takes it home once home has been ready for so long', () => {
    expect(planFor(away(300)).state.homeReadySince).toEqual({ A: NOW });
    expect(decide(away(300), since(299))).toEqual(['A stays']);
    expect(planFor(away(300), since(299)).state.homeReadySince).toEqual(since(299).homeReadySince);
    expect(decide(away(300), since(300))).toEqual(['A to 1 10.0.1.11']);
    expect(why(away(300), since(300))).toBe('its home slot 1 has been ready for long enough');
  });

  test.each(['live', 'dead', 'unknown'] as const)('begins to wait anew when home is %s', (home) => {
    expect(planFor(away(300, home), since(299)).state.homeReadySince).toEqual({});
    expect(decide(away(300, home), since(3600))).toEqual(['A stays']);
  });

  test('begins to wait anew when home is in maintenance', () => {
    const { decisions, state } = planFor(away(300), { ...since(3600), ...evacuated('1') });

    expect(decisions).toMatchObject([{ action: 'keep' }]);
    expect(state.homeReadySince).toEqual({});
  });

  test('begins to wait anew when the clock went back', () => {
    expect(planFor(away(300), since(-60)).state.homeReadySince).toEqual({ A: NOW });
  });

  test('does not wait for an address that is at home, or nowhere', () => {
    const atHome = each(fleet(['ready', 'ready'], '1.11'), { preemptAfterSeconds: 0 });
    const nowhere = each(fleet(['dead', 'dead'], undefined), { preemptAfterSeconds: 0 });

    expect(planFor(atHome, since(60)).state.homeReadySince).toEqual({});
    expect(planFor(nowhere, since(60)).state.homeReadySince).toEqual({});
  });

  test('finds no way home while no place there is free and ready', () => {
    const full = but(away(0), { '1.11': 'dead', '1.12': 'live' });

    expect(decide(full, since(3600))).toEqual(['A stays']);
    expect(planFor(full, since(3600)).state.homeReadySince).toEqual({});
  });

  test('is held back by the cool-down and by the cap', () => {
    expect(decide(away(0), moved(1, 29))).toEqual(['A stays']);
    expect(why(away(0), moved(5, 60))).toMatch(/^cap: /);
  });

  test('does not take an address away from the slot that it is pinned to', () => {
    expect(decide(away(0), { ...since(60), ...pinned('2') })).toEqual(['A stays']);
  });

  test('waits only while the holder is ready: from a live or a dead one the address goes home at once', () => {
    expect(decide(each(fleet(['ready', 'dead'], '2.11'), { preemptAfterSeconds: 300 }))).toEqual(['A to 1 10.0.1.11']);
    expect(decide(each(fleet(['ready', 'live'], '2.11'), { preemptAfterSeconds: 300 }))).toEqual(['A to 1 10.0.1.11']);
  });
});
