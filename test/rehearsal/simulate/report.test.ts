import { displayWidth } from '../../../rehearsal/report/style';
import { renderSimulationHtml } from '../../../rehearsal/simulate/report/html';
import { renderSimulationJson } from '../../../rehearsal/simulate/report/json';
import { perClient, rowsOf, shareOf } from '../../../rehearsal/simulate/report/rows';
import { svgCurves } from '../../../rehearsal/simulate/report/svg-curves';
import { renderSimulationTable } from '../../../rehearsal/simulate/report/table';
import { verdictOf } from '../../../rehearsal/simulate/report/verdict';
import { brokenSimulation, caseResult, classResult, group, simulation } from './fixture';

const all = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, found]) => found);

describe('the rows of a group', () => {
  test('are one where no client notices, whatever its resolver does', () => {
    expect(rowsOf(group()).map(({ client, cache, clients }) => [client, cache, clients])).toEqual([
      ['first address', 'TTL', 1000],
      ['first address', '5 min', 1000],
      ['next address', 'any', 2000],
      ['happy eyeballs', 'TTL', 1000],
      ['happy eyeballs', '5 min', 1000],
    ]);
  });

  test.each([
    [0, '0 %'],
    [0.004, '<1 %'],
    [0.36, '36 %'],
    [0.998, '>99 %'],
    [1, '100 %'],
  ])('a share of %d reads %s', (share, text) => {
    expect(shareOf(share)).toBe(text);
  });

  test.each([
    [0, '-'],
    [20, '<0.1'],
    [21_200, '21.2'],
    [264_400, '264'],
  ])('%d requests of a thousand clients are %s each', (requests, text) => {
    expect(perClient(requests, { clients: 1000 })).toBe(text);
  });
});

describe('the table', () => {
  test.each([80, 120])('fits into %d columns', (width) => {
    const result = simulation({
      cases: [caseResult(), caseResult({ fault: 'black-hole', groups: [group({ name: `${'x'.repeat(70)}.example.org` })] })],
    });

    const lines = renderSimulationTable(result, { color: false, width }).split('\n');

    // The verdict is one line however long it is: scripts look for it.
    for (const line of lines.filter((text) => !/^(PASSED|FAILED)/.test(text)))
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test('has a row for each class, with what it suffered and its share of the budget', () => {
    const text = renderSimulationTable(simulation(), { color: false, width: 80 });

    expect(text).toMatch(/^crash: one of 3 slots, 500 failovers$/m);
    expect(text).toMatch(/^www\.example\.org: budget 118 s = 3 x/m);
    expect(text).toMatch(/^first address +TTL +>99 % +61\.1 +85\.1 +92\.9 +97\.9 +21\.2 +- +79 %$/m);
    expect(text).toMatch(/^next address +any +0 % +- +- +- +- +- +- +0 %$/m);
    expect(text).toMatch(/^virtual IP at its new holder +never$/m);
    expect(text).toMatch(/--propagation/);
    expect(text).toMatch(/PASSED 3 budgets kept in 99 of 100 outages by clients that keep to the TTL\n$/);
  });

  test('colours nothing unless told to', () => {
    expect(renderSimulationTable(brokenSimulation(), { color: false, width: 80 })).not.toContain('\u001b');
    expect(renderSimulationTable(brokenSimulation(), { color: true, width: 80 })).toContain('\u001b[31m');
  });

  test('says where no health check promises anything', () => {
    const result = simulation({
      cases: [
        caseResult({
          groups: [
            group({ budget: undefined, formula: undefined, classes: [classResult({ ofBudget: undefined, judged: false })] }),
          ],
        }),
      ],
    });

    expect(renderSimulationTable(result, { color: false, width: 80 })).toContain(
      'www.example.org: no health check withdraws an address',
    );
    expect(verdictOf(result).reason).toBe('nothing was promised: no name has a health check');
  });
});

test('the verdict names who was out for too long, why, and the budget', () => {
  const { passed, reason, broken } = verdictOf(brokenSimulation());

  expect(passed).toBe(false);
  expect(reason).toBe(
    'in one of 100 outages first address of www.example.org was out for 902 s (hang, one of 3 slots), budget 118 s',
  );
  expect(broken).toHaveLength(1);
});

describe('the page', () => {
  const page = renderSimulationHtml(simulation());

  test('asks for nothing from anywhere and needs no script', () => {
    expect(page).not.toMatch(/https?:\/\//);
    expect(page).not.toMatch(/<script|@import|\son\w+=/);
    expect(page).toContain("default-src 'none'");
  });

  test('opens and closes every element', () => {
    const open: string[] = [];
    for (const [, closing, name = '', rest] of page.matchAll(/<(\/?)([a-z][\w-]*)([^>]*)>/gi)) {
      if (closing) expect(open.pop()).toBe(name);
      else if (!rest?.endsWith('/') && !['meta', 'link'].includes(name)) open.push(name);
    }

    expect(open).toEqual([]);
  });

  test('shows names as text, whatever is in them', () => {
    const result = simulation({ stack: '<b>&', cases: [caseResult({ groups: [group({ name: '<script>alert(1)</script>' })] })] });

    expect(renderSimulationHtml(result)).not.toMatch(/<script|<b>/);
  });

  test('has a picture for each kind of resolver and a line for each client that was hit', () => {
    expect(all(/(<svg class="curves")/g, page)).toHaveLength(2);
    expect(all(/<path class="curve (line-\d)"/g, page)).toEqual(['line-0', 'line-0']);
    expect(page).toContain('next address: no failure');
  });

  test('is the same bytes for the same result', () => {
    expect(renderSimulationHtml(simulation())).toBe(page);
  });
});

describe('a picture', () => {
  const { source } = svgCurves([[classResult(), 0]], { title: 'TTL', budget: 25 });

  test('draws the share that is still out, and leaves out moments between which nothing changes', () => {
    expect(all(/ d="([^"]*)"/g, source)).toEqual(['M0 0L200 0L400 200L600 200L800 800L1000 1000']);
  });

  test('has the budget where it lies on the axis', () => {
    expect(source).toContain('<line class="limit" x1="50%" x2="50%"');
  });

  test('says in words what it shows', () => {
    expect(source).toContain('<title>TTL: first address &gt;99 % hit, p99 92.9 s</title>');
    expect(svgCurves([], { title: 'TTL' }).source).toContain('<title>TTL: no failure</title>');
  });
});

test('JSON is the result with the version of its schema', () => {
  const result = simulation();

  expect(JSON.parse(renderSimulationJson(result))).toEqual({ schemaVersion: 1, ...JSON.parse(JSON.stringify(result)) });
});
