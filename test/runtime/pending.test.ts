import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { EMPTY_STATE, type PendingMove } from '../../runtime/core/model';
import { PendingWait, withConfirmed, withPending } from '../../runtime/core/pending';
import { addressAt, NOW } from './sights';

const PENDING: PendingMove = {
  virtualIp: 'A',
  allocationId: 'eipalloc-A',
  interfaceId: 'eni-2',
  privateAddress: '10.0.2.11',
  at: NOW,
};
const STATE = { ...EMPTY_STATE, pending: PENDING };
const ELSEWHERE = [addressAt('A', '1.11')];
const END = PENDING_SECONDS * 1000;

test('nothing is under way when nothing was written down', () => {
  expect(new PendingWait().isUnderWay(EMPTY_STATE, ELSEWHERE, 0, 0)).toBe(false);
});

test('a move is under way for its time since it was first seen, and no longer', () => {
  const wait = new PendingWait();

  expect(wait.isUnderWay(STATE, ELSEWHERE, 0, 0)).toBe(true);
  expect(wait.isUnderWay(STATE, ELSEWHERE, END - 1, END)).toBe(true);
  expect(wait.isUnderWay(STATE, ELSEWHERE, END, END)).toBe(false);
});

test('the wait begins with the answer that showed the move first, and ends with a question', () => {
  const wait = new PendingWait();

  expect(wait.isUnderWay(STATE, ELSEWHERE, 0, 60_000)).toBe(true);
  expect(wait.isUnderWay(STATE, ELSEWHERE, 59_999 + END, 90_000 + END)).toBe(true);
  expect(wait.isUnderWay(STATE, ELSEWHERE, 60_000 + END, 90_000 + END)).toBe(false);
});

test('another move is waited for anew', () => {
  const wait = new PendingWait();
  wait.isUnderWay(STATE, ELSEWHERE, 0, 0);

  expect(wait.isUnderWay({ ...STATE, pending: { ...PENDING, at: NOW + 1 } }, ELSEWHERE, END, END)).toBe(true);
});

test('a move is over once EC2 shows it', () => {
  expect(new PendingWait().isUnderWay(STATE, [addressAt('A', '2.11')], 0, 0)).toBe(false);
});

test.each([
  ['nothing of the address', []],
  ['the address nowhere', [addressAt('A', undefined)]],
  ['the address at another place of the slot', [addressAt('A', '2.12')]],
  ['another address at its place', [addressAt('B', '2.11'), ...ELSEWHERE]],
])('a move is not over while EC2 shows %s', (_story, addresses) => {
  expect(new PendingWait().isUnderWay(STATE, addresses, 0, 0)).toBe(true);
});

test.each([3_600_000, -3_600_000])('a clock that is wrong by %d ms makes no difference', (wrongBy) => {
  const state = { ...STATE, pending: { ...PENDING, at: NOW + wrongBy } };

  expect(new PendingWait().isUnderWay(state, ELSEWHERE, 0, 0)).toBe(true);
});

describe('a move that EC2 showed to one run', () => {
  const B: PendingMove = { ...PENDING, virtualIp: 'B', allocationId: 'eipalloc-B', privateAddress: '10.0.2.12', at: NOW + 1000 };

  test('stays written down when another address moves, and is waited for by whoever gets an older answer', () => {
    const state = withPending(STATE, B);

    expect(state).toMatchObject({ pending: B, confirmed: [PENDING] });
    expect(new PendingWait().isUnderWay(state, [...ELSEWHERE, addressAt('B', '2.12')], 0, 0)).toBe(true);
    expect(new PendingWait().isUnderWay(state, [addressAt('A', '2.11'), addressAt('B', '2.12')], 0, 0)).toBe(false);
  });

  test('is waited for as long as answers of EC2 differ, not as long as a move takes', () => {
    const wait = new PendingWait();
    const state = withConfirmed(STATE, [PENDING]);

    expect(wait.isUnderWay(state, ELSEWHERE, 0, 0)).toBe(true);
    expect(wait.isUnderWay(state, ELSEWHERE, 5000, 5000)).toBe(false);
  });

  test('is forgotten with the next move of its address, and when the address is being deleted', () => {
    expect(withPending(STATE, { ...PENDING, at: NOW + 1000 })).not.toHaveProperty('confirmed');
    expect(withConfirmed({ ...STATE, tombstones: ['A'] }, [PENDING])).not.toHaveProperty('confirmed');
  });
});
