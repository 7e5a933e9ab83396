import { clientBars } from '../../../rehearsal/report/client-bars';
import { laneFact } from '../../../rehearsal/report/lane-fact';
import { type Lane, lanesOf, pairSpans, timeRange } from '../../../rehearsal/report/timeline';
import { brokenRun, client, EVENTS, event, run, SLOTS } from './fixture';

const lanes = lanesOf(run(), SLOTS);
const lane = (name: string, among: readonly Lane[] = lanes) => among.find((candidate) => candidate.name === name);

describe('lanes', () => {
  test('are slots, names, virtual IPs, the rest and then clients, whatever happened first', () => {
    const events = [event(5, 'takeover function', 'info', 'busy'), ...[...EVENTS].reverse()];

    const names = lanesOf(run({ events }), SLOTS).map(({ name }) => name);

    expect(names).toEqual([
      'slot 1',
      'slot 2',
      'slot 3',
      'dns www.example.com',
      'virtual ip Vip',
      'takeover function',
      'first address',
      'next address',
      'virtual IP client',
    ]);
  });

  test('keep the clients in the order of the rehearsal even when one of them had an event', () => {
    const events = [event(5, 'virtual IP client', 'info', 'connection reset')];

    const names = lanesOf(run({ events }), SLOTS)
      .filter(({ kind }) => kind === 'client')
      .map(({ name }) => name);

    expect(names).toEqual(['first address', 'next address', 'virtual IP client']);
  });

  test('tell what happened to a slot from what was made of it', () => {
    expect(lane('slot 2')?.broken).toMatchObject([{ from: 0, to: 140_000 }]);
    expect(lane('slot 2')?.down).toMatchObject([{ from: 27_900, to: 152_400 }]);
  });

  test('carry the budgets of their measures and of their client', () => {
    expect(lane('dns www.example.com')?.budgets).toEqual([
      expect.objectContaining({ from: 0, to: 54_000 }),
      expect.objectContaining({ from: 140_000, to: 176_000 }),
    ]);
    expect(lane('first address')?.budgets).toEqual([{ name: 'last failure', from: 0, to: 114_000, kept: true }]);
    expect(lane('next address')?.budgets).toEqual([]);
  });

  test('say their figures in a sentence', () => {
    expect(laneFact(lanes[0] as Lane)).toBe('never down');
    expect(laneFact(lane('slot 2') as Lane)).toBe('down T+27.9 s to T+152.4 s · budget 48 s kept');
    expect(laneFact(lane('virtual ip Vip') as Lane)).toBe('moved T+41.0 s · budget 75 s kept');
    expect(laneFact(lane('first address', lanesOf(brokenRun(), SLOTS)) as Lane)).toBe(
      '122 of 570 failed, last T+121.4 s · budget 114 s BROKEN',
    );
  });
});

describe('spans', () => {
  test('reach from down to up, as often as it happened', () => {
    const flapping = [10, 30, 50, 70].map((at, index) => event(at, 'slot 1', index % 2 === 0 ? 'down' : 'up', `${at}`));

    expect(pairSpans(flapping, 'down', 'up').spans).toEqual([
      { from: 10, to: 30, texts: ['10', '30'] },
      { from: 50, to: 70, texts: ['50', '70'] },
    ]);
  });

  test('have no end when nothing came back', () => {
    const [span] = pairSpans([event(10, 'slot 1', 'down', 'gone')], 'down', 'up').spans;

    expect(span).toEqual({ from: 10, texts: ['gone'] });
  });

  test('stay one when something goes down twice', () => {
    const events = [event(10, 'a', 'down', 'one'), event(20, 'a', 'down', 'two'), event(40, 'a', 'up', 'back')];

    expect(pairSpans(events, 'down', 'up').spans).toEqual([{ from: 10, to: 40, texts: ['one', 'two', 'back'] }]);
  });

  test('an up that nothing went before is kept as a mark', () => {
    const events = [event(10, 'slot 1', 'up', 'first check')];

    const [only] = lanesOf(run({ events, clients: [], measures: [] }), SLOTS.slice(0, 1));

    expect(only?.down).toEqual([]);
    expect(only?.marks).toMatchObject([{ at: 10, kind: 'up' }]);
  });
});

describe('the range', () => {
  test('reaches to the last request and shows a little of what was before', () => {
    expect(timeRange(run(), lanes)).toEqual({ from: -10_000, to: 180_000 });
  });

  test('reaches to a budget beyond the last event, so that the two can be compared', () => {
    const measures = [{ name: 'm', budget: 300, lane: 'slot 2', kept: false }];
    const short = run({ events: EVENTS.slice(0, 2), clients: [], measures });

    expect(timeRange(short, lanesOf(short, SLOTS)).to).toBe(300_000);
  });

  test('does not let a long start-up squeeze the failover', () => {
    const slow = run({ events: [event(-600_000, 'slot 1', 'info', 'started'), ...EVENTS] });

    expect(timeRange(slow, lanesOf(slow, SLOTS))).toEqual({ from: -14_400, to: 180_000 });
  });

  test('exists for a run in which nothing happened', () => {
    const empty = run({ events: [], clients: [], measures: [] });

    expect(timeRange(empty, [])).toEqual({ from: 0, to: 1000 });
  });
});

describe('client bars', () => {
  test('stay as they are while they fit', () => {
    const { buckets } = client({ name: 'c' });

    expect(clientBars(buckets, 2000, 96)).toEqual(buckets.map((bucket) => ({ ...bucket, length: 2000 })));
  });

  test('add neighbours up where a screen cannot show them apart', () => {
    const buckets = [0, 1000, 2000, 3000, 4000].map((at) => ({ at, ok: 2, failed: at === 1000 ? 1 : 0 }));

    expect(clientBars(buckets, 1000, 3)).toEqual([
      { at: 0, ok: 4, failed: 1, length: 2000 },
      { at: 2000, ok: 4, failed: 0, length: 2000 },
      { at: 4000, ok: 2, failed: 0, length: 2000 },
    ]);
  });

  test('leave a gap where there were no requests', () => {
    const buckets = [0, 9000].map((at) => ({ at, ok: 1, failed: 0 }));

    expect(clientBars(buckets, 1000, 5).map(({ at }) => at)).toEqual([0, 8000]);
  });

  test('are none without buckets', () => {
    expect(clientBars([], 1000, 5)).toEqual([]);
  });
});
