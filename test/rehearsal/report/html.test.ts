import { renderHtml } from '../../../rehearsal/report/html';
import { markup } from '../../../rehearsal/report/markup';
import { svgTimeline } from '../../../rehearsal/report/svg-timeline';
import { brokenRun, client, EVENTS, event, rehearsal, run, SLOTS } from './fixture';

const page = renderHtml(rehearsal());
const failed = renderHtml(rehearsal({ passed: false, runs: [run(), brokenRun({ seed: 43 })] }));

const picture = (drawn = run()) => svgTimeline(drawn, { slots: SLOTS, id: 'p', title: 'Run' }).source;
const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, found]) => found);

describe('the page', () => {
  test('asks for nothing from anywhere and needs no script', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script|@import|\son\w+=/);
    expect(all(/(?:src|href)="([^"]*)"/g, page)).toEqual(['data:,']);
    expect(all(/url\(([^)]*)\)/g, page).filter((target) => !target?.startsWith('#'))).toEqual([]);
    expect(page).toContain("default-src 'none'");
  });

  test('is the same bytes for the same result', () => {
    expect(renderHtml(rehearsal())).toBe(page);
  });

  test('opens and closes every element', () => {
    const open: string[] = [];
    for (const [, closing, name = '', rest] of failed.matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>/gi)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!rest?.endsWith('/') && !['meta', 'link'].includes(name)) open.push(name);
    }

    expect(open).toEqual([]);
  });

  test('uses no id twice, and points only to ids that exist', () => {
    const ids = all(/\sid="([^"]+)"/g, failed);

    expect(new Set(ids).size).toBe(ids.length);
    const labels = all(/aria-labelledby="([^"]+)"/g, failed).flatMap((list) => list?.split(' '));
    for (const id of [...labels, ...all(/url\(#([^)]+)\)/g, failed)]) expect(ids).toContain(id);
  });

  test('escapes whatever comes from a template, a proxy or a command line', () => {
    const evil = `<img src=x onerror="alert('1')">&\u001b`;
    const text = renderHtml(
      rehearsal({
        stack: evil,
        scenario: evil,
        proxy: evil,
        notes: [evil],
        assumptions: [{ name: evil, seconds: 1, option: evil }],
        slots: [{ slot: evil, zone: evil, address: evil }],
        passed: false,
        runs: [
          run({
            victim: evil,
            events: (['fault', 'recovery', 'down', 'up', 'move', 'info'] as const).map((kind) => event(1, evil, kind, evil)),
            measures: [{ name: evil, formula: evil, lane: evil, seconds: 2, budget: 1, kept: false }],
            clients: [client({ name: `${evil}client`, behaviour: evil, kept: false })],
          }),
        ],
      }),
    );

    expect(text).not.toContain('<img');
    expect(text).not.toContain('\u001b');
    expect(text).not.toMatch(/"[^"<>]*" ?onerror/);
    expect(text).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;\ufffd');
  });

  test('says passed, and what was judged', () => {
    expect(page).toMatch(/class="verdict pass"><strong>PASSED<\/strong> all 7 budgets kept in 1 run/);
    expect(page).not.toContain('class="badge fail"');
  });

  test('says failed, which budgets broke and in which run', () => {
    expect(failed).toMatch(/class="verdict fail"><strong>FAILED<\/strong> 2 budgets broken/);
    expect(failed).toContain('<li>address leaves the answer of www.example.com took 61.2 s, budget 54 s (run 2)</li>');
    expect(failed).toContain('<span class="badge fail">kept 1 of 2</span>');
    expect(failed).toContain('<title>Failed: failover rehearsal of ProxyFleetDemo</title>');
  });

  test('opens the first run only', () => {
    expect(all(/<details class="run"( open)?>/g, failed)).toEqual([' open', undefined]);
    expect(all(/<summary>(Run \d)/g, failed)).toEqual(['Run 1', 'Run 2']);
  });

  test('shows several runs as least, middle and most', () => {
    expect(failed).toContain('<td role="cell" data-label="Min / median / max" class="figure">34.1 / 47.7 / 61.2 s</td>');
    expect(failed).toContain('34.1 s to 61.2 s, median 47.7 s; budget 54 s');
    expect(all(/class="worst (\w+)"/g, failed)).toEqual(['kept', 'late', 'kept', 'kept']);
  });

  test('lists assumptions with their options, slots, notes and every event', () => {
    expect(page).toContain('<code>--address-move</code>');
    expect(page).toContain('127.10.3.1');
    expect(page).toContain('Client timeouts do not scale');
    for (const { text } of EVENTS) expect(page).toContain(`data-label="What">${text}</td>`);
  });

  test('can be rendered when nothing ran', () => {
    const nothing = renderHtml(rehearsal({ passed: false, runs: [], notes: ['no proxy found'] }));

    expect(nothing).toContain('the rehearsal could not be judged');
    expect(nothing).toContain('no proxy found');
  });
});

describe('the picture', () => {
  test('tells its story in words too', () => {
    expect(picture()).toContain('<title id="p-title">Run</title>');
    expect(picture()).toContain('T+41.0 s virtual ip Vip: move, from slot 2 to slot 3.');
  });

  test('draws the outage as a bar between its moments', () => {
    // The range is -10 s to 180 s: 0 lies at 10/190 and 34.1 s at 44.1/190.
    expect(picture()).toMatch(/<rect class="broken" x="5\.263%" width="73\.684%"/);
    expect(picture()).toMatch(/<rect class="down" x="23\.211%" width="65\.526%"/);
    expect(picture()).toMatch(/mark move" x="26\.842%"/);
  });

  test('draws what never came back to the end, and says so', () => {
    const events = EVENTS.filter(({ kind }) => kind !== 'up');

    expect(picture(run({ events }))).toMatch(
      /<rect class="down" x="23\.211%" width="76\.789%"[^>]*><title>down T\+34\.1 s and not back/,
    );
  });

  test('marks fault and recovery through all rows', () => {
    expect(all(/class="milestone (\w+)"/g, picture())).toEqual(['fault', 'recovery']);
    expect(picture()).toContain('>fault T+0.0 s</text>');
    expect(picture()).toContain('>recovery T+140.0 s</text>');
  });

  test('draws one line for faults of the same moment, and does not write labels over one another', () => {
    const zone = [0, 0, 900].map((at, index) => event(at, `slot ${index + 1}`, 'fault', 'killed'));

    const drawn = picture(run({ events: zone }));

    expect(all(/class="milestone (\w+)"/g, drawn)).toEqual(['fault', 'fault']);
    expect(drawn).toContain('<title>T+0.0 s slot 1: killed; slot 2: killed</title>');
    expect(all(/>(fault T[^<]*)<\/text>/g, drawn)).toEqual(['fault T+0.0 s']);
  });

  test('draws a budget that broke in another way', () => {
    expect(all(/class="budget( over)?"/g, picture()).filter(Boolean)).toEqual([]);
    expect(all(/class="budget( over)?"/g, picture(brokenRun())).filter(Boolean)).toHaveLength(2);
  });

  test('stacks served on failed requests, as high as there were', () => {
    const buckets = [
      { at: 0, ok: 3, failed: 1 },
      { at: 2000, ok: 2, failed: 0 },
    ];

    const drawn = picture(run({ clients: [client({ name: 'c', buckets })] }));

    expect(all(/<rect class="(?:ok|failed)"[^>]* (y="[\d.]+" height="[\d.]+")/g, drawn)).toEqual([
      'y="38.5" height="5.5"',
      'y="22" height="16.5"',
      'y="33" height="11"',
    ]);
    expect(drawn).toContain('<title>T+0.0 s: 3 ok, 1 failed</title>');
  });
});

test('markup keeps markup and escapes text, also in lists', () => {
  const items = ['a<b', markup`<b>${'&'}</b>`, undefined, 3];

  expect(markup`<p title="${'"'}">${items}</p>`.source).toBe('<p title="&quot;">a&lt;b<b>&amp;</b>3</p>');
});

test('a run in which nothing was broken names no victim, and a count is no time', () => {
  const moves = { name: 'moves', seconds: 4, unit: 'moves', budget: 5, kept: true } as const;
  const page = renderHtml(rehearsal({ runs: [run({ victim: undefined, measures: [moves] })] }));

  expect(page).toContain('Run 1: seed 42');
  expect(page).not.toContain('undefined');
  expect(page).toContain('4 moves');
});
