import type { Context } from 'aws-lambda';
import { ENV } from '../../lib/private/contract';
import { create } from './lifecycle-requests';
import { closeServers, listen } from './local-server';

const runTakeover = jest.fn();
const serveVirtualIp = jest.fn().mockResolvedValue({ physicalId: 'eipalloc-1', attributes: {} });

const REMAINING_MS = 500_000;
const CONTEXT = { awsRequestId: 'request', logStreamName: 'stream', getRemainingTimeInMillis: () => REMAINING_MS } as Context;
const ENVIRONMENT = process.env;

beforeAll(() => {
  // Before the handlers are imported, which the tests do themselves.
  jest.doMock('../../runtime/takeover', () => ({ runTakeover }));
  jest.doMock('../../runtime/lifecycle', () => ({ serveVirtualIp }));
  const topology = JSON.stringify({ slots: [], virtualIps: [], probes: [] });
  process.env = { ...ENVIRONMENT, AWS_REGION: 'eu-west-1', [ENV.topology]: topology, [ENV.table]: 'table' };
});

afterAll(async () => {
  process.env = ENVIRONMENT;
  await closeServers();
});

/** How far ahead of now a deadline was, within the time that the test itself took. */
function expectAhead(deadline: number | undefined, began: number, aheadMs: number): void {
  expect(deadline).toBeGreaterThanOrEqual(began + aheadMs);
  expect(deadline).toBeLessThanOrEqual(Date.now() + aheadMs);
}

test('the takeover function ends when Lambda would end it', async () => {
  const { handler } = jest.requireActual<typeof import('../../runtime/handlers/takeover')>('../../runtime/handlers/takeover');
  const began = Date.now();

  await handler({}, CONTEXT);

  expectAhead(runTakeover.mock.lastCall?.[2].deadline, began, REMAINING_MS);
});

test('the lifecycle function keeps a minute for its answer', async () => {
  const { handler } = jest.requireActual<typeof import('../../runtime/handlers/lifecycle')>('../../runtime/handlers/lifecycle');
  const port = await listen((_request, response) => response.end());
  const event = { ...create(), ResponseURL: `http://127.0.0.1:${port}/` };
  const began = Date.now();

  await handler(event, CONTEXT);

  expectAhead(serveVirtualIp.mock.lastCall?.[3].deadline, began, REMAINING_MS - 60_000);
});
