import { deflateSync, gzipSync } from 'node:zlib';
import { closeAll, look, serve } from './look';

/** Nothing here waits for a timeout, and a busy machine may take a tenth of a second for an answer. */
const REAL_TIME = 1;

afterEach(closeAll);

const match = async (body: Buffer | string, headers: Record<string, string> = {}, status = 200) => {
  const { port } = await serve((_, response) => void response.writeHead(status, headers).end(body));
  return look(port, { type: 'HTTP_STR_MATCH', searchString: 'healthy' }, REAL_TIME);
};
const padded = (length: number) => `${'.'.repeat(length)}healthy`;

test('the string must lie within the first 5120 bytes as a whole', async () => {
  expect(await match(padded(5_113))).toEqual({ healthy: true, reason: 'string found' });
  expect(await match(padded(5_114))).toEqual({ healthy: false, reason: 'string not found in 5120 bytes' });
});

test('upper and lower case matter', async () => {
  expect(await match('Healthy')).toEqual({ healthy: false, reason: 'string not found in 7 bytes' });
});

test('the status matters as well', async () => {
  expect(await match('healthy', {}, 500)).toEqual({ healthy: false, reason: 'status 500' });
});

test('compressed bodies are read', async () => {
  const plain = await match(gzipSync(padded(5_000)));
  const gzip = await match(gzipSync(padded(5_000)), { 'Content-Encoding': 'gzip' });
  const deflate = await match(deflateSync(padded(5_000)), { 'Content-Encoding': 'deflate' });
  const broken = await match('not gzip at all', { 'Content-Encoding': 'gzip' });

  expect([plain, gzip, deflate, broken].map(({ healthy }) => healthy)).toEqual([false, true, true, false]);
});

test('a body that is cut off is searched as far as it came', async () => {
  const { port } = await serve((_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('sick', () => response.destroy());
  });

  expect((await look(port, { type: 'HTTP_STR_MATCH', searchString: 'healthy' })).healthy).toBe(false);
});
