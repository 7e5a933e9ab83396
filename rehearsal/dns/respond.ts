/**
 * The bytes of a query in, the bytes of the response out.
 *
 * Gotchas: time on the wire is wall time, so every TTL is divided by the time scale, and as DNS counts whole seconds it is rounded
 * up. The question is sent back byte by byte, whatever it asked for.
 */
import type { Answer, Question, ResourceRecord } from './answer';
import { additionalsOf, answerAny } from './everything';
import { HEADER_BYTES, type Query, readQuery, type WireRecord, writeResponse } from './wire/message';

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, NOTIMP: 4, REFUSED: 5 } as const;
const FLAGS = { response: 1 << 15, authoritative: 1 << 10, truncated: 1 << 9, recursionDesired: 1 << 8 };
const OPCODE_MASK = 0xf << 11;
/** Upper eight bits of BADVERS (16), the only extended response code used here. */
const EXTENDED_BADVERS = 1;
/** Without EDNS, the most that Route 53 sends over UDP, and the most that a frame on TCP holds. */
const BYTES = { plain: 512, edns: 4096, tcp: 65_535 };
/** TKEY, TSIG, IXFR, AXFR, MAILB and MAILA: no questions about records, and nothing that Route 53 would tell. */
const REFUSED_TYPES = /^TYPE(249|25[0-4])$/;

export interface RespondOptions {
  readonly transport: 'udp' | 'tcp';
  readonly timeScale: number;
}

interface Sections {
  readonly rcode: keyof typeof RCODES;
  readonly flags?: number;
  readonly extendedRcode?: number;
  readonly answers?: WireRecord[];
  readonly authorities?: WireRecord[];
  readonly additionals?: WireRecord[];
}

/** The response; undefined for what deserves none: fragments, and responses, whose answer could be answered again for ever. */
export function respond(message: Buffer, answer: (question: Question) => Answer, options: RespondOptions): Buffer | undefined {
  if (message.length < HEADER_BYTES || message.readUInt16BE(2) & FLAGS.response) return undefined;
  if (message.readUInt16BE(2) & OPCODE_MASK) return bare(message, 'NOTIMP');
  const query = readQuery(message);
  if (!query) return bare(message, 'FORMERR');
  if (query.edns?.version) return write(message, query, { rcode: 'NOERROR', extendedRcode: EXTENDED_BADVERS });
  const { name, type, class: questionClass } = query.question;
  if ((questionClass !== 'IN' && questionClass !== 'ANY') || REFUSED_TYPES.test(type))
    return write(message, query, { rcode: 'REFUSED' });
  try {
    const result = type === 'ANY' ? answerAny(name, answer) : answer({ name, type });
    const additionals = [...(result.glue ?? []), ...additionalsOf(result, answer)];
    return sized(message, query, { ...result, additionals }, options);
  } catch {
    return write(message, query, { rcode: 'SERVFAIL' });
  }
}

/**
 * The whole answer, else without the addresses and then the name servers that nobody asked for, else nothing but the sign to come
 * again over TCP.
 */
function sized(
  message: Buffer,
  query: Query,
  result: Answer & { additionals: ResourceRecord[] },
  { transport, timeScale }: RespondOptions,
): Buffer {
  const udpBytes = query.edns ? Math.min(Math.max(query.edns.udpPayloadSize, BYTES.plain), BYTES.edns) : BYTES.plain;
  const room = transport === 'tcp' ? BYTES.tcp : udpBytes;
  const { rcode } = result;
  const flags = rcode === 'REFUSED' || result.referral ? 0 : FLAGS.authoritative;
  const [answers = [], authorities = [], additionals = []] = [result.answers, result.authorities, result.additionals].map(
    (records) => records.map((record) => onTheWire(record, timeScale)),
  );
  const wholes = [{ answers, authorities, additionals }, { answers, authorities }, ...(answers.length > 0 ? [{ answers }] : [])];
  for (const sections of wholes) {
    const response = write(message, query, { rcode, flags, ...sections });
    if (response.length <= room) return response;
  }
  return write(message, query, { rcode, flags: flags | FLAGS.truncated });
}

function write(message: Buffer, { bytes, edns }: Query, sections: Sections): Buffer {
  const { rcode, flags = 0, extendedRcode = 0, answers = [], authorities = [], additionals = [] } = sections;
  return writeResponse({
    id: message.readUInt16BE(0),
    flags: FLAGS.response | RCODES[rcode] | flags | (message.readUInt16BE(2) & FLAGS.recursionDesired),
    question: bytes,
    answers,
    authorities,
    additionals,
    opt: edns && { udpPayloadSize: BYTES.edns, extendedRcode, dnssecOk: edns.dnssecOk },
  });
}

/** A header and nothing else: all that is known of the query for sure is its id. */
function bare(message: Buffer, rcode: keyof typeof RCODES): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const kept = message.readUInt16BE(2) & (OPCODE_MASK | FLAGS.recursionDesired);
  header.writeUInt16BE(message.readUInt16BE(0), 0);
  header.writeUInt16BE(FLAGS.response | kept | RCODES[rcode], 2);
  return header;
}

function onTheWire({ name, type, ttl, data }: ResourceRecord, timeScale: number): WireRecord {
  const seconds = (simulated: number) => Math.ceil(simulated / timeScale);
  if (typeof data === 'string') return { name, type, ttl: seconds(ttl), data };
  const { mname, rname, serial, refresh, retry, expire, minimum } = data;
  const soa = [mname, rname, serial, refresh, retry, expire, seconds(minimum)].join(' ');
  return { name, type, ttl: seconds(ttl), data: soa };
}
