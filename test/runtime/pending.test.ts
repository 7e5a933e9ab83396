import { PENDING_SECONDS } from '../../lib/private/contract';
import { EMPTY_STATE, type PendingMove } from '../../runtime/core/model';
import { isUnderWay } from '../../runtime/core/pending';
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
const END = NOW + PENDING_SECONDS * 1000;

test('nothing is under way when nothing was written down', () => {
  expect(isUnderWay(EMPTY_STATE, ELSEWHERE, NOW)).toBe(false);
});

test('a move is under way for its time, and no longer', () => {
  expect(isUnderWay(STATE, ELSEWHERE, NOW)).toBe(true);
  expect(isUnderWay(STATE, ELSEWHERE, END - 1)).toBe(true);
  expect(isUnderWay(STATE, ELSEWHERE, END)).toBe(false);
});

test('a move is over once EC2 shows it', () => {
  expect(isUnderWay(STATE, [addressAt('A', '2.11')], NOW)).toBe(false);
});

test.each([
  ['nothing of the address', []],
  ['the address nowhere', [addressAt('A', undefined)]],
  ['the address at another place of the slot', [addressAt('A', '2.12')]],
  ['another address at its place', [addressAt('B', '2.11'), ...ELSEWHERE]],
])('a move is not over while EC2 shows %s', (_story, addresses) => {
  expect(isUnderWay(STATE, addresses, NOW)).toBe(true);
});

test('a writer whose clock runs ahead by less than a move lasts is waited for, a wrong clock is not', () => {
  expect(isUnderWay(STATE, ELSEWHERE, NOW - 1000)).toBe(true);
  expect(isUnderWay(STATE, ELSEWHERE, NOW - PENDING_SECONDS * 1000)).toBe(false);
});
