import type { RequestListener } from 'node:http';
import { json } from 'node:stream/consumers';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { answer } from '../../runtime/cloudformation-response';
import type { Clock } from '../../runtime/ports';
import { closeServers, listen } from './local-server';

afterEach(closeServers);

/** Pauses take no time; how long they were is kept. */
function impatient(): Clock & { readonly pauses: number[] } {
  const pauses: number[] = [];
  return { pauses, now: () => 0, elapsed: () => 0, sleep: async (milliseconds) => void pauses.push(milliseconds) };
}

const request = (port: number, change: Partial<CloudFormationCustomResourceEvent> = {}) =>
  ({
    RequestType: 'Create',
    ServiceToken: 'token',
    ResponseURL: `http://127.0.0.1:${port}/answer?Signature=secret`,
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Vip',
    ResourceType: 'Custom::ProxyFleetVirtualIp',
    ResourceProperties: { ServiceToken: 'token' },
    ...change,
  }) as CloudFormationCustomResourceEvent;

interface Received {
  readonly method?: string;
  readonly path?: string;
  readonly type?: string;
  readonly body: unknown;
}

/** A bucket that takes answers after it refused some. */
async function bucket(refusals: RequestListener[] = []): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const left = [...refusals];
  const port = await listen((incoming, response) => {
    const refuse = left.shift();
    if (refuse) {
      refuse(incoming, response);
      return;
    }
    void json(incoming).then((body) => {
      received.push({ method: incoming.method, path: incoming.url, type: incoming.headers['content-type'], body });
      response.end();
    });
  });
  return { port, received };
}

test('reports success with physical id and attributes, in the way a presigned URL demands', async () => {
  const { port, received } = await bucket();

  await answer(request(port), 'unused', impatient(), async () => ({
    physicalId: 'eipalloc-1',
    attributes: { IpAddress: '198.51.100.1' },
  }));

  expect(received).toEqual([
    {
      method: 'PUT',
      path: '/answer?Signature=secret',
      type: '',
      body: {
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Vip',
        Status: 'SUCCESS',
        PhysicalResourceId: 'eipalloc-1',
        Data: { IpAddress: '198.51.100.1' },
      },
    },
  ]);
});

test('reports a failure when the work throws, with a reason that CloudFormation accepts', async () => {
  const { port, received } = await bucket();

  await answer(request(port), 'eipalloc-1', impatient(), () => Promise.reject(new Error('no slot is live '.repeat(1000))));

  expect(received[0]?.body).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'eipalloc-1' });
  expect(JSON.stringify(received[0]?.body).length).toBeLessThan(4096);
  expect(received[0]?.body).toMatchObject({ Reason: expect.stringMatching(/^Error: no slot is live/) });
});

test('a failed update keeps the physical id that the resource has', async () => {
  const { port, received } = await bucket();
  const update = request(port, {
    RequestType: 'Update',
    PhysicalResourceId: 'eipalloc-old',
  } as Partial<CloudFormationCustomResourceEvent>);

  await answer(update, 'eipalloc-new', impatient(), () => Promise.reject(new Error('failed')));

  expect(received[0]?.body).toMatchObject({ PhysicalResourceId: 'eipalloc-old' });
});

test('sends the same answer again until it is taken, and does the work once', async () => {
  const { port, received } = await bucket([
    (_incoming, response) => response.writeHead(503).end(),
    (incoming) => incoming.socket.destroy(),
  ]);
  const clock = impatient();
  const work = jest.fn(async () => ({ physicalId: 'eipalloc-1', attributes: {} }));

  await answer(request(port), 'unused', clock, work);

  expect(received).toHaveLength(1);
  expect(work).toHaveBeenCalledTimes(1);
  expect(clock.pauses).toEqual([0, 1000, 2000]);
});

test('gives up after a bounded number of tries without giving the signed URL away', async () => {
  const { port } = await bucket(Array<RequestListener>(9).fill((_incoming, response) => response.writeHead(403).end()));
  const failure = answer(request(port), 'unused', impatient(), async () => ({ physicalId: 'eipalloc-1', attributes: {} }));

  await expect(failure).rejects.toThrow('got status 403 at each of 5 tries');
  await expect(failure).rejects.not.toThrow('secret');
});
