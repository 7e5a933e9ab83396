/**
 * The bytes of a query in, the bytes of the response out.
 *
 * Gotchas: time on the wire is wall time, so every TTL is divided by the time scale, and as DNS counts whole seconds it is rounded
 * up. The question is sent back byte by byte, whatever it asked for: dns-packet cannot write every type that it can read. Names are
 * not compressed, so a response is larger than Route 53's own and is truncated a little earlier.
 */
import { isIP } from 'node:net';
import { decode, encode, name as nameCodec, type Opt, type Answer as PacketAnswer } from 'dns-packet';
import type { Answer, Question, ResourceRecord } from './answer';

const HEADER_BYTES = 12;
const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const FLAGS = { response: 1 << 15, authoritative: 1 << 10, truncated: 1 << 9, recursionDesired: 1 << 8 };
const OPCODE_MASK = 0xf << 11;
/** Upper eight bits of BADVERS (16), the only extended response code used here. */
const EXTENDED_BADVERS = 1;
/** Without EDNS, the most that Route 53 sends over UDP, and the most that a frame on TCP holds. */
const BYTES = { plain: 512, edns: 4096, tcp: 65_535 };

type Rcode = keyof typeof RCODES;

export interface RespondOptions {
  readonly transport: 'udp' | 'tcp';
  readonly timeScale: number;
}

interface Query {
  readonly question: Question & { readonly class: string };
  /** The question as it came, to be sent back. */
  readonly bytes: Buffer;
  readonly edns?: Opt;
}

/** The response; undefined for what deserves none: fragments, and responses, whose answer could be answered again for ever. */
export function respond(message: Buffer, answer: (question: Question) => Answer, options: RespondOptions): Buffer | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(2) & FLAGS.response) return undefined;
  if (message.readUInt16BE(2) & OPCODE_MASK) return bare(message, 'NOTIMP');
  const query = read(message);
  if (!query) return bare(message, 'FORMERR');
  if (query.edns?.ednsVersion) return write(message, query, { rcode: 'NOERROR', extendedRcode: EXTENDED_BADVERS });
  if (query.question.class !== 'IN' && query.question.class !== 'ANY') return write(message, query, { rcode: 'REFUSED' });
  try {
    return sized(message, query, answer(query.question), options);
  } catch {
    return write(message, query, { rcode: 'SERVFAIL' });
  }
}

/** A query with one question and at most one OPT record, or nothing. */
function read(message: Buffer): Query | undefined {
  try {
    const { questions, additionals } = decode(message);
    const [question] = questions;
    const [edns, second] = additionals.filter((record) => record.type === 'OPT');
    if (!question || questions.length > 1 || second) return undefined;
    const encoded = nameCodec.encode(question.name);
    // Labels that hold a dot or bytes that are no text come back changed: no name here looks like that.
    if (!message.subarray(HEADER_BYTES, HEADER_BYTES + encoded.length).equals(encoded)) return undefined;
    return {
      question: { name: question.name, type: question.type, class: question.class ?? 'IN' },
      bytes: message.subarray(HEADER_BYTES, HEADER_BYTES + encoded.length + 4),
      edns,
    };
  } catch {
    return undefined;
  }
}

/** The whole answer, else without the name servers that nobody asked for, else nothing but the sign to come again over TCP. */
function sized(message: Buffer, query: Query, result: Answer, { transport, timeScale }: RespondOptions): Buffer {
  const udpBytes = query.edns ? Math.min(Math.max(query.edns.udpPayloadSize, BYTES.plain), BYTES.edns) : BYTES.plain;
  const room = transport === 'tcp' ? BYTES.tcp : udpBytes;
  const { rcode } = result;
  const flags = rcode === 'REFUSED' || result.referral ? 0 : FLAGS.authoritative;
  const answers = result.answers.map((record) => onTheWire(record, timeScale));
  const authorities = result.authorities.map((record) => onTheWire(record, timeScale));
  const whole = write(message, query, { rcode, flags, answers, authorities });
  if (whole.length <= room) return whole;
  const shorter = write(message, query, { rcode, flags, answers });
  return shorter.length <= room && answers.length > 0
    ? shorter
    : write(message, query, { rcode, flags: flags | FLAGS.truncated });
}

function write(
  message: Buffer,
  { bytes, edns }: Query,
  response: { rcode: Rcode; flags?: number; extendedRcode?: number; answers?: PacketAnswer[]; authorities?: PacketAnswer[] },
): Buffer {
  const { rcode, flags = 0, extendedRcode, answers = [], authorities = [] } = response;
  const opt: Opt = { type: 'OPT', name: '.', udpPayloadSize: BYTES.edns, extendedRcode };
  const encoded = encode({
    type: 'response',
    id: message.readUInt16BE(0),
    flags: RCODES[rcode] | flags | (message.readUInt16BE(2) & FLAGS.recursionDesired),
    answers,
    authorities,
    additionals: edns ? [opt] : [],
  });
  encoded.writeUInt16BE(1, 4);
  return Buffer.concat([encoded.subarray(0, HEADER_BYTES), bytes, encoded.subarray(HEADER_BYTES)]);
}

/** A header and nothing else: all that is known of the query for sure is its id. */
function bare(message: Buffer, rcode: Rcode): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const kept = message.readUInt16BE(2) & (OPCODE_MASK | FLAGS.recursionDesired);
  header.writeUInt16BE(message.readUInt16BE(0), 0);
  header.writeUInt16BE(FLAGS.response | kept | RCODES[rcode], 2);
  return header;
}

function onTheWire(record: ResourceRecord, timeScale: number): PacketAnswer {
  const seconds = (simulated: number) => Math.ceil(simulated / timeScale);
  const ttl = seconds(record.ttl);
  // dns-packet would make some address of whatever it is given.
  if (record.type === 'SOA') return { ...record, ttl, data: { ...record.data, minimum: seconds(record.data.minimum) } };
  const { type, name, data } = record;
  const family = type === 'A' ? 4 : type === 'AAAA' ? 6 : undefined;
  if (family && isIP(data) !== family) throw new Error(`${name} must have addresses, got ${data}`);
  if (type === 'A' || type === 'AAAA' || type === 'CNAME' || type === 'NS' || type === 'PTR') return { type, name, ttl, data };
  throw new Error(`cannot write ${type} of ${name}`);
}
