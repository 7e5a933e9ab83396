import { MOVE_ORDER_SECONDS } from '../../lib/private/takeover-contract';
import { EMPTY_STATE, type TakeoverState } from '../../runtime/core/model';
import { applyOrder, inForce, type Order } from '../../runtime/core/orders';
import { NOW } from './sights';

const UNTIL = NOW + 3_600_000;
const BUSY: TakeoverState = {
  ...EMPTY_STATE,
  moves: { A: [NOW] },
  pins: { B: { slot: '2', until: UNTIL, once: false } },
  maintenance: { slots: { 2: UNTIL }, virtualIps: { B: UNTIL } },
};

const after = (...orders: Order[]): TakeoverState => orders.reduce((state, order) => applyOrder(state, order, NOW), BUSY);

test('a move is asked for once, and for a bounded time', () => {
  const { pins } = after({ kind: 'move', virtualIp: 'A', slot: '3' });

  expect(pins).toEqual({ ...BUSY.pins, A: { slot: '3', until: NOW + MOVE_ORDER_SECONDS * 1000, once: true } });
});

test('a pin lasts until its end, and a later one of the same address replaces it', () => {
  const { pins } = after({ kind: 'move', virtualIp: 'A', slot: '1' }, { kind: 'pin', virtualIp: 'A', slot: '3', until: UNTIL });

  expect(pins).toEqual({ ...BUSY.pins, A: { slot: '3', until: UNTIL, once: false } });
});

test('unpinning ends a pin as well as a move that was not made yet, of that address only', () => {
  const asked = after({ kind: 'move', virtualIp: 'A', slot: '1' });

  expect(applyOrder(asked, { kind: 'unpin', virtualIp: 'A' }, NOW)).toEqual(BUSY);
  expect(applyOrder(asked, { kind: 'unpin', virtualIp: 'B' }, NOW).pins).toEqual({ A: asked.pins.A });
});

test('a virtual IP is frozen and thawed, and everything else stays as it was', () => {
  const frozen = after({ kind: 'freeze', virtualIp: 'A', until: UNTIL });

  expect(frozen).toEqual({ ...BUSY, maintenance: { ...BUSY.maintenance, virtualIps: { B: UNTIL, A: UNTIL } } });
  expect(applyOrder(frozen, { kind: 'freeze', virtualIp: 'A' }, NOW)).toEqual(BUSY);
});

test('a slot is evacuated and opened again, and everything else stays as it was', () => {
  const evacuated = after({ kind: 'evacuate', slot: '1', until: UNTIL });

  expect(evacuated).toEqual({ ...BUSY, maintenance: { ...BUSY.maintenance, slots: { 1: UNTIL, 2: UNTIL } } });
  expect(applyOrder(evacuated, { kind: 'evacuate', slot: '1' }, NOW)).toEqual(BUSY);
});

test('taking back what was never ordered changes nothing', () => {
  expect(after({ kind: 'unpin', virtualIp: 'X' }, { kind: 'freeze', virtualIp: 'X' }, { kind: 'evacuate', slot: '9' })).toEqual(
    BUSY,
  );
});

test('every order is in force before its end, and not from its end on', () => {
  const ended = { ...BUSY, pins: {}, maintenance: { slots: {}, virtualIps: {} } };

  expect(inForce(BUSY, UNTIL - 1)).toEqual(BUSY);
  expect(inForce(BUSY, UNTIL)).toEqual(ended);
});

test('orders that are all in force leave the very text of the memory as it was', () => {
  expect(JSON.stringify(inForce(BUSY, NOW))).toBe(JSON.stringify(BUSY));
});
