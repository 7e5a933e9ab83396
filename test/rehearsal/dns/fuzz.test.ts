import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { answer } from '../../../rehearsal/dns/answer';
import { respond } from '../../../rehearsal/dns/respond';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { askTcp, edns, framed, query, resolveUdp } from './queries';
import { multivalue, zoneOf } from './zones';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);
process.stdout.write(`fuzzing DNS with FC_SEED=${seed}\n`);

const zone = zoneOf(...multivalue('www.example.com', 20));
const decide = (random: () => number) => (question: { name: string; type: string }) =>
  answer([zone], question, () => true, random);

/** Garbage, and good queries that were cut, flipped or grown. */
function packets(count: number, random: () => number): Buffer[] {
  const below = (end: number) => Math.floor(random() * end);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  return Array.from({ length: count }, (_, id) => {
    const good = query('www.example.com', { id, ...(random() < 0.5 ? edns(below(65_536)) : {}) });
    switch (below(4)) {
      case 0:
        return bytes(below(300));
      case 1:
        return good.subarray(0, below(good.length));
      case 2:
        return Buffer.concat([good, bytes(below(100))]);
      default:
        for (let flips = 1 + below(5); flips > 0; flips -= 1) good[below(good.length)] = below(256);
        return good;
    }
  });
}

test('2000 fuzzed packets over UDP and TCP leave the server answering', async () => {
  const random = seededRandom(seed);
  const server = new DnsServer({ address: '127.10.0.53', port: 0, timeScale: 10, answer: decide(random) });
  const place = await server.start();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');

  try {
    for (const packet of packets(1_500, random)) {
      await new Promise((resolve) => socket.send(packet, place.port, place.address, resolve));
    }
    for (let connection = 0; connection < 10; connection += 1) {
      const stream = packets(50, random).map((packet) => (random() < 0.95 ? framed(packet) : packet));
      // Its own end comes after the last byte, and the server hangs up then if it has not before.
      const sender = connect({ host: place.address, port: place.port }).on('error', () => undefined);
      sender.resume().end(Buffer.concat(stream));
      await new Promise((resolve) => sender.once('close', resolve));
    }

    expect(await resolveUdp(place, query('www.example.com'))).toMatchObject({ rcode: 'NOERROR' });
    expect(await askTcp(place, [framed(query('www.example.com'))], 1)).toHaveLength(1);
  } finally {
    socket.close();
    await server.close();
  }
});

test('no fuzzed packet throws, and every response is one to it', () => {
  const random = seededRandom(seed + 1);
  let answered = 0;

  for (const packet of packets(2_000, random)) {
    const response = respond(packet, decide(random), { transport: 'udp', timeScale: 10 });
    if (!response) continue;
    answered += 1;
    expect(response.readUInt16BE(0)).toBe(packet.readUInt16BE(0));
    expect(response.readUInt16BE(2) >> 15).toBe(1);
    expect(response.length).toBeLessThanOrEqual(4_096);
  }

  expect(answered).toBeGreaterThan(500);
});
