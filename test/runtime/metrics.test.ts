import type { Decision, Move } from '../../runtime/core/choose-holders';
import { metricsOf } from '../../runtime/metrics';
import type { TakeoverSummary } from '../../runtime/takeover';
import { NOW } from './sights';

const MOVE: Move = {
  action: 'move',
  virtualIp: 'Vip1',
  allocationId: 'eipalloc-1',
  from: '1',
  to: '2',
  interfaceId: 'eni-2',
  privateAddress: '10.0.2.9',
  reason: 'slot 1 is dead',
};
const WELL: Decision = { action: 'keep', virtualIp: 'Vip2', at: '2', health: 'ready', reason: 'slot 2 is ready' };
const FROZEN_NOWHERE: Decision = { action: 'keep', virtualIp: 'Vip3', reason: 'it is in maintenance' };
const CAPPED: Decision = {
  action: 'stuck',
  virtualIp: 'Vip4',
  at: '1',
  health: 'dead',
  cause: 'cap',
  reason: 'it moved too often',
};
const NOWHERE: Decision = { action: 'stuck', virtualIp: 'Vip5', cause: 'nowhere', reason: 'no slot is live' };

const summary = (changes: Partial<TakeoverSummary>): TakeoverSummary => {
  return { outcome: 'done', looks: 1, moves: [], decisions: [], liveSlots: 2, silentObservers: 1, ...changes };
};

/** The line, read. */
function metrics(changes: Partial<TakeoverSummary>): Record<string, unknown> {
  return JSON.parse(metricsOf('Edge', summary(changes), NOW) ?? 'null') as Record<string, unknown>;
}

test('a look without a move counts what it saw', () => {
  const line = metrics({ decisions: [WELL, FROZEN_NOWHERE, CAPPED, NOWHERE] });

  expect(line).toMatchObject({
    Fleet: 'Edge',
    LiveSlots: 2,
    SilentObservers: 1,
    UnassociatedVirtualIps: 2,
    VirtualIpMoves: 0,
    StuckVirtualIps: 2,
    MovesAboveCap: 1,
  });
  expect(line).not.toHaveProperty('MoveTime');
});

test('how many slots are live is not told when nobody looked', () => {
  expect(metrics({ liveSlots: undefined, silentObservers: 3 })).toMatchObject({ SilentObservers: 3 });
  expect(metrics({ liveSlots: undefined })).not.toHaveProperty('LiveSlots');
});

test('a move that failed leaves its virtual IP where it was, which may be nowhere', () => {
  const { from: _, ...fromNowhere } = MOVE;

  expect(metrics({ outcome: 'failed', decisions: [fromNowhere] })).toMatchObject({
    UnassociatedVirtualIps: 1,
    VirtualIpMoves: 0,
  });
  expect(metrics({ outcome: 'failed', decisions: [MOVE] })).toMatchObject({ UnassociatedVirtualIps: 0, VirtualIpMoves: 0 });
});

test('a move is counted with the time it took, and is on its way to a slot', () => {
  const { from: _, ...fromNowhere } = MOVE;

  expect(metrics({ decisions: [fromNowhere], moves: [fromNowhere], tookMs: 800 })).toMatchObject({
    VirtualIpMoves: 1,
    MoveTime: 800,
    UnassociatedVirtualIps: 0,
    StuckVirtualIps: 0,
  });
});

test('moves of an earlier look of the run count, too', () => {
  const line = metrics({ decisions: [{ ...WELL, virtualIp: 'Vip1' }], moves: [MOVE], tookMs: 800 });

  expect(line).toMatchObject({ VirtualIpMoves: 1, MoveTime: 800 });
});

test('the line is in the embedded metric format: every value is declared with its unit, and nothing else', () => {
  const { _aws, Fleet, ...values } = metrics({ decisions: [WELL], moves: [MOVE], tookMs: 800 });

  expect(Fleet).toBe('Edge');
  expect(_aws).toEqual({
    Timestamp: NOW,
    CloudWatchMetrics: [
      {
        Namespace: 'ProxyFleet',
        Dimensions: [['Fleet']],
        Metrics: [
          { Name: 'LiveSlots', Unit: 'Count' },
          { Name: 'SilentObservers', Unit: 'Count' },
          { Name: 'UnassociatedVirtualIps', Unit: 'Count' },
          { Name: 'VirtualIpMoves', Unit: 'Count' },
          { Name: 'StuckVirtualIps', Unit: 'Count' },
          { Name: 'MovesAboveCap', Unit: 'Count' },
          { Name: 'MoveTime', Unit: 'Milliseconds' },
        ],
      },
    ],
  });
  expect(Object.keys(values)).toEqual([
    'LiveSlots',
    'SilentObservers',
    'UnassociatedVirtualIps',
    'VirtualIpMoves',
    'StuckVirtualIps',
    'MovesAboveCap',
    'MoveTime',
  ]);
  expect(Object.values(values).map((value) => typeof value)).toEqual(Array<string>(7).fill('number'));
});

test('it is one line, whatever the fleet is called', () => {
  expect(metricsOf('Edge\n"two"', summary({}), NOW)).not.toContain('\n');
});

test.each(['busy', 'stale'] as const)('a run that was %s knows nothing that counts', (outcome) => {
  expect(metricsOf('Edge', summary({ outcome }), NOW)).toBeUndefined();
});
