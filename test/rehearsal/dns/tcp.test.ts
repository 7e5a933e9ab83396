import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { decode } from 'dns-packet';
import { askTcp, framed, type Place, query, resolveUdp } from './queries';
import { closeAll, hundred, make } from './servers';
import { simple, zoneOf } from './zones';

let place: Place;
beforeAll(async () => {
  place = await make().start();
});
afterAll(closeAll);

test('the whole answer comes, with the name servers', async () => {
  const [response] = await askTcp(place, [framed(query('hundred.example.com'))], 1);

  const { answers, authorities, flag_tc: truncated } = decode(response as Buffer);
  expect(truncated).toBe(false);
  expect(answers.map((record) => record.data).sort()).toEqual([...hundred].sort());
  expect(authorities).toHaveLength(2);
});

test('queries sent without waiting are all answered in their order, however they are cut into pieces', async () => {
  const ids = Array.from({ length: 200 }, (_, index) => index + 1);
  const stream = Buffer.concat(ids.map((id) => framed(query('hundred.example.com', { id }))));
  const pieces = [1, 2, 3, 50, 51, 1_000, stream.length].map((end, index, ends) => stream.subarray(ends[index - 1] ?? 0, end));

  const responses = await askTcp(place, pieces, ids.length);

  expect(responses.map((response) => decode(response).id)).toEqual(ids);
  for (const response of responses) expect(decode(response).answers).toHaveLength(100);
});

test('of too many connections those beyond 64 are closed, and the others go on', async () => {
  const { address, port } = await make().start();
  const sockets = Array.from({ length: 70 }, () => connect({ host: address, port }).on('error', () => undefined));
  const closed = new Set<Socket>();
  for (const socket of sockets) socket.on('close', () => closed.add(socket)).resume();
  for (let wait = 0; closed.size < 6 && wait < 200; wait += 1) await sleep(10);
  await sleep(50);

  expect(closed.size).toBe(6);
  const open = sockets.find((socket) => !closed.has(socket)) as Socket;
  open.write(framed(query('www.example.com')));
  expect(await once(open, 'data')).toHaveLength(1);
  for (const socket of sockets) socket.destroy();
});

test('a client that does not read for a while gets every answer when it does', async () => {
  const long = 'long.example.com';
  const texts = Array.from({ length: 80 }, (_, index) => `"${String(index).padStart(250, '.')}"`);
  const { address, port } = await make({ zone: zoneOf(simple(long, texts, 'TXT')) }).start();
  const ids = Array.from({ length: 600 }, (_, index) => index + 1);

  const socket = connect({ host: address, port });
  socket.write(Buffer.concat(ids.map((id) => framed(query(long, { id, questionType: 'TXT' })))));
  await sleep(300);
  const [one] = await askTcp({ address, port }, [framed(query(long, { questionType: 'TXT' }))], 1);
  const expected = ids.length * framed(one as Buffer).length;
  let bytes = 0;
  for await (const chunk of socket) {
    bytes += (chunk as Buffer).length;
    if (bytes >= expected) break;
  }

  // More than the kernel keeps for the two of them, so that the server had to wait.
  expect(expected).toBeGreaterThan(10_000_000);
  expect(bytes).toBe(expected);
});

test('a connection that does not speak DNS is closed', async () => {
  await expect(askTcp(place, [Buffer.from('\0\x04oops')], 1)).resolves.toEqual([]);
  await expect(resolveUdp(place, query('www.example.com'))).resolves.toMatchObject({ rcode: 'NOERROR' });
});
