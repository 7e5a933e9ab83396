/** Longest match that is looked for: one below the format's limit, whose code is an exception. */
const LONGEST = 257;

/**
 * Packs a text in gzip's format, the same on every machine and with every version of Node.js, whose own zlib differs between
 * processors: user data that changes with the machine that synthesizes it would replace every instance.
 *
 * Deflate in its simplest form (RFC 1951): one block, the fixed code, the longest and nearest match.
 */
export function gzip(text: string): Buffer {
  const input = Buffer.from(text);
  const out = new BitWriter();
  out.write(0b011, 3);
  const seen = new Map<number, number[]>();
  for (let at = 0; at < input.length; ) {
    const { length, distance } = longestMatch(input, at, seen);
    if (length >= 3) {
      writeSymbol(out, LENGTHS, length, (code) => writeLiteral(out, 257 + code));
      writeSymbol(out, DISTANCES, distance, (code) => out.writeCode(code, 5));
    } else {
      writeLiteral(out, input[at] as number);
    }
    for (const end = at + Math.max(length, 1); at < end; at++) {
      const places = seen.get(keyAt(input, at));
      if (places) places.push(at);
      else seen.set(keyAt(input, at), [at]);
    }
  }
  writeLiteral(out, 256);
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32(input), 0);
  trailer.writeUInt32LE(input.length, 4);
  return Buffer.concat([header, out.bytes(), trailer]);
}

/** First value and number of extra bits of each code: groups of equal width, each twice as wide as the one before. */
function codes(count: number, first: number, extraBits: (code: number) => number): [number, number][] {
  let value = first;
  return Array.from({ length: count }, (_, code) => {
    const entry: [number, number] = [value, extraBits(code)];
    value += 1 << entry[1];
    return entry;
  });
}

const LENGTHS = codes(28, 3, (code) => (code < 8 ? 0 : (code >> 2) - 1));
const DISTANCES = codes(30, 1, (code) => (code < 4 ? 0 : (code >> 1) - 1));

function writeSymbol(out: BitWriter, table: [number, number][], value: number, writeCode: (code: number) => void): void {
  const code = table.filter(([first]) => first <= value).length - 1;
  const [first, extraBits] = table[code] as [number, number];
  writeCode(code);
  out.write(value - first, extraBits);
}

function writeLiteral(out: BitWriter, value: number): void {
  if (value < 144) out.writeCode(0x30 + value, 8);
  else if (value < 256) out.writeCode(0x190 + value - 144, 9);
  else if (value < 280) out.writeCode(value - 256, 7);
  else out.writeCode(0xc0 + value - 280, 8);
}

const keyAt = (input: Buffer, at: number) => ((input[at] ?? 0) << 16) | ((input[at + 1] ?? 0) << 8) | (input[at + 2] ?? 0);

function longestMatch(input: Buffer, at: number, seen: Map<number, number[]>): { length: number; distance: number } {
  let best = { length: 0, distance: 0 };
  for (const place of seen.get(keyAt(input, at)) ?? []) {
    const distance = at - place;
    if (distance > 32_768) continue;
    let length = 0;
    while (length < LONGEST && at + length < input.length && input[place + length] === input[at + length]) length++;
    if (length >= best.length) best = { length, distance };
  }
  return best;
}

function crc32(input: Buffer): number {
  let crc = -1;
  for (const byte of input) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

class BitWriter {
  private readonly done: number[] = [];
  private used = 0;

  /** Writes a number, its lowest bit first. */
  write(value: number, bits: number): void {
    for (let bit = 0; bit < bits; bit++, this.used++) {
      if (this.used % 8 === 0) this.done.push(0);
      this.done[this.done.length - 1] = (this.done.at(-1) as number) | (((value >> bit) & 1) << (this.used % 8));
    }
  }

  /** Writes a Huffman code, its highest bit first. */
  writeCode(code: number, bits: number): void {
    for (let bit = bits - 1; bit >= 0; bit--) this.write(code >> bit, 1);
  }

  bytes(): Buffer {
    return Buffer.from(this.done);
  }
}
