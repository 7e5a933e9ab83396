import type { RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LambdaProber } from '../../runtime/aws/lambda-prober';
import { closeServers, listen } from './local-server';

const ADDRESSES = ['10.0.0.11', '10.0.0.12'];

afterEach(closeServers);

/** A prober whose Lambda is a server on loopback; each probe function answers in its own way. */
async function prober(functions: Record<string, RequestListener>): Promise<LambdaProber> {
  const port = await listen((request, response) => {
    const name = /functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '';
    functions[name]?.(request, response);
  });
  const client = new LambdaClient({
    region: 'eu-west-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
  const probes = Object.keys(functions).map((functionName) => ({ zone: `zone-${functionName}`, functionName }));
  return new LambdaProber(client, probes, undefined, 300);
}

const answers =
  (body: string, headers = {}, status = 200): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const sees = (health: Record<string, string>): RequestListener => answers(JSON.stringify({ health }));

test('asks the observer of every zone about all addresses', async () => {
  const asked: string[] = [];
  const records: RequestListener = (request, response) => {
    void text(request).then((body) => {
      asked.push(body);
      response.end(JSON.stringify({ health: { '10.0.0.11': 'ready', '10.0.0.12': 'live' } }));
    });
  };

  const observations = await (await prober({ a: records, b: records })).observe(ADDRESSES);

  const health = { '10.0.0.11': 'ready', '10.0.0.12': 'live' };
  expect(observations).toEqual([
    { zone: 'zone-a', health },
    { zone: 'zone-b', health },
  ]);
  expect(asked.map((body) => JSON.parse(body))).toEqual([{ addresses: ADDRESSES }, { addresses: ADDRESSES }]);
});

test('leaves out observers that fail, crash, talk nonsense or do not answer in time', async () => {
  const began = Date.now();

  const observations = await (
    await prober({
      throttled: answers('{"message":"Rate exceeded"}', { 'x-amzn-errortype': 'TooManyRequestsException' }, 429),
      crashed: answers('{"errorType":"Error"}', { 'x-amz-function-error': 'Unhandled' }),
      nonsense: answers('not json'),
      empty: answers(''),
      hung: () => undefined,
      well: sees({ '10.0.0.11': 'dead' }),
    })
  ).observe(ADDRESSES);

  expect(observations).toEqual([{ zone: 'zone-well', health: { '10.0.0.11': 'dead' } }]);
  expect(Date.now() - began).toBeLessThan(3000);
});

test('believes only the healths there are', async () => {
  const [observation] = await (await prober({ a: sees({ '10.0.0.11': 'sleepy', '10.0.0.12': 'dead' }) })).observe(ADDRESSES);

  expect(observation?.health).toEqual({ '10.0.0.12': 'dead' });
});

test('asks nobody about nothing', async () => {
  const never: RequestListener = () => {
    throw new Error('was asked');
  };

  expect(await (await prober({ a: never })).observe([])).toEqual([]);
});
