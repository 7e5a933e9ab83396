import type { Context } from 'aws-lambda';
import { ENV } from '../../lib/private/takeover-contract';
import { TakeoverFailed, type TakeoverSummary } from '../../runtime/takeover';
import { create } from './lifecycle-requests';
import { closeServers, listen } from './local-server';

const SUMMARY: TakeoverSummary = { outcome: 'done', looks: 1, moves: [], decisions: [], liveSlots: 2, silentObservers: 0 };
const runTakeover = jest.fn();
const serveVirtualIp = jest.fn().mockResolvedValue({ physicalId: 'eipalloc-1', attributes: {} });

const REMAINING_MS = 500_000;
const CONTEXT = { awsRequestId: 'request', logStreamName: 'stream', getRemainingTimeInMillis: () => REMAINING_MS } as Context;
const ENVIRONMENT = process.env;

beforeAll(() => {
  // Before the handlers are imported, which the tests do themselves.
  jest.doMock('../../runtime/takeover', () => ({ runTakeover, TakeoverFailed }));
  jest.doMock('../../runtime/lifecycle', () => ({ serveVirtualIp }));
  const topology = JSON.stringify({ fleet: 'Edge', slots: [], virtualIps: [], probes: [] });
  process.env = { ...ENVIRONMENT, AWS_REGION: 'eu-west-1', [ENV.topology]: topology, [ENV.table]: 'table' };
});

beforeEach(() => runTakeover.mockReset().mockResolvedValue(SUMMARY));

afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
  process.env = ENVIRONMENT;
  await closeServers();
});

/** How far ahead of now a deadline was, within the time that the test itself took. */
function expectAhead(deadline: number | undefined, began: number, aheadMs: number): void {
  expect(deadline).toBeGreaterThanOrEqual(began + aheadMs);
  expect(deadline).toBeLessThanOrEqual(Date.now() + aheadMs);
}

describe('the takeover function', () => {
  /** The handler, and what it wrote where CloudWatch finds it. */
  function takeover() {
    const { handler } = jest.requireActual<typeof import('../../runtime/handlers/takeover')>('../../runtime/handlers/takeover');
    const lines: string[] = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
    return { handler, lines };
  }

  test('ends when Lambda would end it', async () => {
    const { handler } = takeover();
    const began = Date.now();

    expect(await handler({}, CONTEXT)).toEqual(SUMMARY);

    expectAhead(runTakeover.mock.lastCall?.[2].deadline, began, REMAINING_MS);
  });

  test('names its run unlike every other', async () => {
    const { handler } = takeover();

    await handler({}, CONTEXT);

    expect(runTakeover.mock.lastCall?.[2].owner).toBe('request stream');
  });

  test('writes the metrics of its fleet in a line of their own', async () => {
    const { handler, lines } = takeover();

    await handler({}, CONTEXT);

    expect(lines).toEqual([expect.stringMatching(/^\{.*\}\n$/)]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ Fleet: 'Edge', LiveSlots: 2 });
  });

  test('writes none after a run that was busy', async () => {
    const { handler, lines } = takeover();
    runTakeover.mockResolvedValue({ ...SUMMARY, outcome: 'busy' });

    await handler({}, CONTEXT);

    expect(lines).toEqual([]);
  });

  test('fails with its run, so that Lambda counts an error', async () => {
    const { handler } = takeover();
    runTakeover.mockRejectedValue(new Error('AssociateAddress failed'));

    await expect(handler({}, CONTEXT)).rejects.toThrow('AssociateAddress failed');
  });

  test('tells what a failed run saw all the same, because that is when people look', async () => {
    const { handler, lines } = takeover();
    const failure = new TakeoverFailed({ ...SUMMARY, outcome: 'failed', liveSlots: 1 }, new Error('AssociateAddress failed'));
    runTakeover.mockRejectedValue(failure);

    await expect(handler({}, CONTEXT)).rejects.toBe(failure);

    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ LiveSlots: 1, VirtualIpMoves: 0 });
  });
});

test('the lifecycle function keeps a minute for its answer', async () => {
  const { handler } = jest.requireActual<typeof import('../../runtime/handlers/lifecycle')>('../../runtime/handlers/lifecycle');
  const port = await listen((_request, response) => response.end());
  const event = { ...create(), ResponseURL: `http://127.0.0.1:${port}/` };
  const began = Date.now();

  await handler(event, CONTEXT);

  expectAhead(serveVirtualIp.mock.lastCall?.[3].deadline, began, REMAINING_MS - 60_000);
});
