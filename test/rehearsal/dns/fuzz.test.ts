import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decode } from 'dns-packet';
import { answer } from '../../../rehearsal/dns/answer';
import { respond } from '../../../rehearsal/dns/respond';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { askTcp, edns, framed, query, resolveUdp } from './queries';
import { multivalue, simple, zoneOf } from './zones';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);
process.stdout.write(`fuzzing DNS with FC_SEED=${seed}\n`);

const zone = zoneOf(
  ...multivalue('www.example.com', 20),
  simple('example.com', ['10 mail.example.com', '20 www.example.com'], 'MX'),
  simple(
    'text.example.com',
    Array.from({ length: 50 }, () => `"${'x'.repeat(255)}"`),
    'TXT',
  ),
  simple('_app._tcp.example.com', ['1 1 8080 www.example.com'], 'SRV'),
);
const decide = (random: () => number) => (question: { name: string; type: string }) =>
  answer([zone], question, () => true, random);
const NAMES = [
  'www.example.com',
  'example.com',
  'text.example.com',
  '_app._tcp.example.com',
  'nobody.example.com',
  'example.org',
  '.',
];
const TYPES = ['A', 'AAAA', 'MX', 'TXT', 'SRV', 'NS', 'SOA', 'ANY', 'AXFR', 'OPT', 'UNKNOWN_65', 'UNKNOWN_65280'];
const RCODES = ['NOERROR', 'FORMERR', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];

/** Garbage, loops, and good queries as they are, cut, flipped, grown, or with sections that they do not have. */
function packets(count: number, random: () => number): Buffer[] {
  const below = (end: number) => Math.floor(random() * end);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));
  const any = <T>(items: readonly T[]) => items[below(items.length)] as T;
  return Array.from({ length: count }, (_, index) => {
    const id = index & 0xffff;
    const other = { id, questionType: any(TYPES), ...(random() < 0.5 ? edns(below(65_536), below(10) === 0 ? 1 : 0) : {}) };
    const good = query(any(NAMES), other);
    switch (below(7)) {
      case 0:
        return bytes(below(300));
      case 1:
        return good.subarray(0, below(good.length));
      case 2:
        return Buffer.concat([good, bytes(below(100))]);
      case 3:
        return good;
      case 4:
        // Pointers to anywhere, themselves among it.
        for (let pointers = 1 + below(4); pointers > 0; pointers -= 1) {
          good.writeUInt16BE(0xc000 | below(good.length + 20), any([12, below(good.length - 1)]));
        }
        return good;
      case 5:
        good.writeUInt16BE(below(65_536), any([4, 6, 8, 10]));
        return Buffer.concat([good, bytes(below(60))]);
      default:
        for (let flips = 1 + below(5); flips > 0; flips -= 1) good[below(good.length)] = below(256);
        return good;
    }
  });
}

/** The most that a response to this packet may have over UDP. */
function roomFor(packet: Buffer): number {
  try {
    const opt = decode(packet).additionals.find((record) => record.type === 'OPT');
    return opt ? Math.min(Math.max(opt.udpPayloadSize, 512), 4096) : 512;
  } catch {
    return 4096;
  }
}

test('10,000 fuzzed packets: none throws, and every response obeys the rules', () => {
  const random = seededRandom(seed);
  const rcodes = new Map<string, number>();

  for (const packet of packets(10_000, random)) {
    const response = respond(packet, decide(random), { transport: 'udp', timeScale: 10 });
    if (!response) {
      expect(packet.length < 12 || packet.readUInt16BE(2) >> 15 === 1).toBe(true);
      continue;
    }
    const { id, type, rcode } = decode(response);
    expect(id).toBe(packet.readUInt16BE(0));
    expect(type).toBe('response');
    expect(RCODES).toContain(rcode);
    expect(response.length).toBeLessThanOrEqual(roomFor(packet));
    rcodes.set(rcode, (rcodes.get(rcode) ?? 0) + 1);
  }

  // Each of them was met often.
  for (const rcode of RCODES) expect(rcodes.get(rcode)).toBeGreaterThan(30);
});

test('2,000 fuzzed packets over UDP and TCP get one response each at most, and leave the server answering', async () => {
  const random = seededRandom(seed + 1);
  const server = new DnsServer({ address: '127.10.0.53', port: 0, timeScale: 10, answer: decide(random) });
  const place = await server.start();
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const responses = new Map<number, number>();
  socket.on('message', (response) => {
    const id = response.readUInt16BE(0);
    responses.set(id, (responses.get(id) ?? 0) + 1);
  });

  try {
    const sent = packets(1_500, random).map((packet, index) => {
      if (packet.length >= 2) packet.writeUInt16BE(index, 0);
      return packet;
    });
    for (const [index, packet] of sent.entries()) {
      await new Promise((resolve) => socket.send(packet, place.port, place.address, resolve));
      // The kernel keeps some hundred datagrams and drops the rest: wait until those before are answered.
      if (index % 50 === 0) await resolveUdp(place, query('www.example.com'));
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
    expect(responses.size).toBeGreaterThan(1_000);
    expect([...responses.values()].filter((count) => count > 1)).toEqual([]);
  } finally {
    socket.close();
    await server.close();
  }
});
