/** Messages between their bytes and what they say. */
import { labelsOf, POINTER, readName, skipName } from './names';
import { type Part, typeCode, typeName, valueParts } from './values';

export const HEADER_BYTES = 12;
const OPT = 41;
const CLASSES: Record<number, string> = { 1: 'IN', 3: 'CH', 4: 'HS', 255: 'ANY' };
const CLASS_IN = 1;
const DNSSEC_OK = 0x80_00;
/** Pointers have fourteen bits. */
const MAX_POINTER = 0x3f_ff;

export interface Query {
  readonly question: { readonly name: string; readonly type: string; readonly class: string };
  /** The question as it came, to be sent back letter by letter. */
  readonly bytes: Buffer;
  readonly edns?: Edns;
}

export interface Edns {
  readonly udpPayloadSize: number;
  readonly version: number;
  readonly dnssecOk: boolean;
}

/** A record as it is sent: its value in the text of `ResourceRecords`, its TTL in seconds on the wall. */
export interface WireRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: string;
}

export interface Response {
  readonly id: number;
  /** With the response code in the lower four bits. */
  readonly flags: number;
  readonly question: Buffer;
  readonly answers: readonly WireRecord[];
  readonly authorities: readonly WireRecord[];
  readonly additionals: readonly WireRecord[];
  readonly opt?: { readonly udpPayloadSize: number; readonly extendedRcode: number; readonly dnssecOk: boolean };
}

/** A query with one question and at most one OPT record, or nothing. What comes behind its last record is not looked at. */
export function readQuery(message: Buffer): Query | undefined {
  const [questions = 0, ...records] = [4, 6, 8, 10].map((at) => message.readUInt16BE(at));
  const found = questions === 1 ? readName(message, HEADER_BYTES) : undefined;
  if (!found || found.end + 4 > message.length) return undefined;
  const type = message.readUInt16BE(found.end);
  const questionClass = message.readUInt16BE(found.end + 2);
  const end = found.end + 4;
  const opts = readOpts(
    message,
    end,
    records.reduce((sum, count) => sum + count),
  );
  // An OPT record describes its message; nobody has one to answer with.
  if (!opts || opts.length > 1 || type === OPT) return undefined;
  return {
    question: { name: found.name, type: typeName(type), class: CLASSES[questionClass] ?? `CLASS${questionClass}` },
    bytes: message.subarray(HEADER_BYTES, end),
    edns: opts[0],
  };
}

/** The OPT records among `count` records; nothing where one is cut off or cannot be. */
function readOpts(message: Buffer, start: number, count: number): Edns[] | undefined {
  const opts: Edns[] = [];
  let at = start;
  for (let left = count; left > 0; left -= 1) {
    const fields = skipName(message, at);
    if (fields === undefined || fields + 10 > message.length) return undefined;
    const data = fields + 10;
    const end = data + message.readUInt16BE(fields + 8);
    if (end > message.length) return undefined;
    if (message.readUInt16BE(fields) === OPT) {
      if (fields !== at + 1 || !areOptions(message.subarray(data, end))) return undefined;
      opts.push({
        udpPayloadSize: message.readUInt16BE(fields + 2),
        version: message.readUInt8(fields + 5),
        dnssecOk: (message.readUInt16BE(fields + 6) & DNSSEC_OK) !== 0,
      });
    }
    at = end;
  }
  return opts;
}

/** Options that nobody here knows are as good as none, but their lengths must fit. */
function areOptions(data: Buffer): boolean {
  let at = 0;
  while (at + 4 <= data.length) at += 4 + data.readUInt16BE(at + 2);
  return at === data.length;
}

export function writeResponse(response: Response): Buffer {
  const { question, answers, authorities, additionals, opt } = response;
  const writer = new Writer(Buffer.concat([Buffer.alloc(HEADER_BYTES), question]));
  for (const record of [...answers, ...authorities, ...additionals]) writer.record(record);
  const parts = [writer.bytes()];
  if (opt) {
    const record = Buffer.alloc(11);
    record.writeUInt16BE(OPT, 1);
    record.writeUInt16BE(opt.udpPayloadSize, 3);
    record.writeUInt8(opt.extendedRcode, 5);
    record.writeUInt16BE(opt.dnssecOk ? DNSSEC_OK : 0, 7);
    parts.push(record);
  }
  const message = Buffer.concat(parts);
  const counts = [1, answers.length, authorities.length, additionals.length + (opt ? 1 : 0)];
  for (const [index, value] of [response.id, response.flags, ...counts].entries()) message.writeUInt16BE(value, index * 2);
  return message;
}

/** Writes names as pointers to where they, letter by letter the same, stand already. */
class Writer {
  private readonly parts: Buffer[];
  private length: number;
  private readonly places = new Map<string, number>();

  /** `start`: header and question, whose name is the first that can be pointed to. */
  constructor(start: Buffer) {
    this.parts = [start];
    this.length = start.length;
    const labels: Buffer[] = [];
    for (let at = HEADER_BYTES; start[at]; at += 1 + (start[at] ?? 0)) {
      labels.push(start.subarray(at + 1, at + 1 + (start[at] ?? 0)));
    }
    this.remember(labels, HEADER_BYTES);
  }

  record({ name, type, ttl, data }: WireRecord): void {
    this.append({ labels: labelsOf(name), compress: true });
    const fixed = Buffer.alloc(10);
    fixed.writeUInt16BE(typeCode(type), 0);
    fixed.writeUInt16BE(CLASS_IN, 2);
    fixed.writeUInt32BE(ttl, 4);
    this.append(fixed);
    const start = this.length;
    for (const part of valueParts(type, data)) this.append(part);
    fixed.writeUInt16BE(this.length - start, 8);
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts);
  }

  private append(part: Part): void {
    const bytes = Buffer.isBuffer(part) ? part : this.name(part);
    this.parts.push(bytes);
    this.length += bytes.length;
  }

  private name({ labels, compress }: Exclude<Part, Buffer>): Buffer {
    const suffix = labels.findIndex((_, index) => compress && this.places.has(keyOf(labels.slice(index))));
    const own = suffix === -1 ? labels : labels.slice(0, suffix);
    const end = Buffer.alloc(suffix === -1 ? 1 : 2);
    if (suffix !== -1) end.writeUInt16BE((POINTER << 8) | (this.places.get(keyOf(labels.slice(suffix))) ?? 0));
    this.remember(labels, this.length, own.length);
    return Buffer.concat([...own.flatMap((label) => [Buffer.from([label.length]), label]), end]);
  }

  /** Of a name that stands at `offset` the first `count` labels, each as the begin of a name of its own. */
  private remember(labels: Buffer[], offset: number, count = labels.length): void {
    let at = offset;
    for (const [index, label] of labels.slice(0, count).entries()) {
      const key = keyOf(labels.slice(index));
      if (at <= MAX_POINTER && !this.places.has(key)) this.places.set(key, at);
      at += 1 + label.length;
    }
  }
}

function keyOf(labels: Buffer[]): string {
  return labels.map((label) => `${label.length}:${label.toString('latin1')}`).join('');
}
