/**
 * The values of records, from the text that `ResourceRecords` holds to the bytes that DNS sends. Text that Route 53 would not take is
 * an error.
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { RecordType } from '../records';
import { labelsOf } from './names';
import { unescaped, type Word, wordsOf } from './text';

/** Bytes, or the labels of a name. `compress`: whether the name may be a pointer to the same name elsewhere in the message. */
export type Part = Buffer | { readonly labels: Buffer[]; readonly compress: boolean };

type WireType = RecordType | 'SOA';

interface Layout {
  readonly code: number;
  readonly fields: readonly (keyof typeof FIELDS)[];
  readonly example: string;
}

const unsigned = (bytes: number) => (word: Word) => {
  if (!/^\d+$/.test(word.text) || Number(word.text) >= 2 ** (8 * bytes))
    throw new Error(`'${word.text}' is no number of ${bytes} bytes`);
  const number = Buffer.alloc(bytes);
  number.writeUIntBE(Number(word.text), 0, bytes);
  return number;
};

const FIELDS = {
  u8: unsigned(1),
  u16: unsigned(2),
  u32: unsigned(4),
  name: ({ text }: Word): Part => ({ labels: labelsOf(text), compress: true }),
  /** Names in what came after RFC 1035 are never compressed (RFC 3597). */
  wholeName: ({ text }: Word): Part => ({ labels: labelsOf(text), compress: false }),
  text: ({ text, quoted }: Word): Part => {
    if (!quoted) throw new Error(`'${text}' must be in quotation marks`);
    return counted(unescaped(text));
  },
  tag: ({ text }: Word): Part => counted(Buffer.from(text)),
  caaValue: ({ text, quoted }: Word): Part => {
    if (!quoted) throw new Error(`'${text}' must be in quotation marks`);
    return unescaped(text);
  },
  hex: ({ text }: Word): Part => {
    if (!/^([0-9a-f]{2})+$/i.test(text)) throw new Error(`'${text}' is not hexadecimal`);
    return Buffer.from(text, 'hex');
  },
  ipv4: ({ text }: Word): Part => {
    if (!isIPv4(text)) throw new Error(`'${text}' is no IPv4 address`);
    return Buffer.from(text.split('.').map(Number));
  },
  ipv6: ({ text }: Word): Part => ipv6(text),
};

/** What Route 53 takes but HTTPS and SVCB; the last field may repeat where it is the only one. */
const LAYOUTS: Record<WireType, Layout> = {
  A: { code: 1, fields: ['ipv4'], example: '192.0.2.1' },
  NS: { code: 2, fields: ['name'], example: 'ns-1.example.com' },
  CNAME: { code: 5, fields: ['name'], example: 'www.example.com' },
  SOA: {
    code: 6,
    fields: ['name', 'name', 'u32', 'u32', 'u32', 'u32', 'u32'],
    example: 'ns-1.example.com hostmaster.example.com 1 7200 900 1209600 86400',
  },
  PTR: { code: 12, fields: ['name'], example: 'host.example.com' },
  MX: { code: 15, fields: ['u16', 'name'], example: '10 mail.example.com' },
  TXT: { code: 16, fields: ['text'], example: '"some text" "and more"' },
  AAAA: { code: 28, fields: ['ipv6'], example: '2001:db8::1' },
  SRV: { code: 33, fields: ['u16', 'u16', 'u16', 'wholeName'], example: '1 10 5269 host.example.com' },
  NAPTR: {
    code: 35,
    fields: ['u16', 'u16', 'text', 'text', 'text', 'wholeName'],
    example: '100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .',
  },
  DS: { code: 43, fields: ['u16', 'u8', 'u8', 'hex'], example: '12345 3 1 12345678abcdef' },
  SSHFP: { code: 44, fields: ['u8', 'u8', 'hex'], example: '1 1 09f6a01d2175' },
  TLSA: { code: 52, fields: ['u8', 'u8', 'u8', 'hex'], example: '3 1 1 0123456789abcdef' },
  SPF: { code: 99, fields: ['text'], example: '"v=spf1 -all"' },
  CAA: { code: 257, fields: ['u8', 'tag', 'caaValue'], example: '0 issue "ca.example.net"' },
};

/** All types that can be answered. */
export const TYPES = Object.keys(LAYOUTS) as readonly WireType[];

const NAMES = new Map(Object.entries(LAYOUTS).map(([type, { code }]) => [code, type]));

/** `A`, `ANY`, or `TYPE65` for what cannot be answered here. */
export function typeName(code: number): string {
  return code === 255 ? 'ANY' : (NAMES.get(code) ?? `TYPE${code}`);
}

export function typeCode(type: string): number {
  return layoutOf(type).code;
}

/** Throws where Route 53 would not take the value. */
export function valueParts(type: string, value: string): Part[] {
  const { fields, example } = layoutOf(type);
  try {
    const words = wordsOf(value);
    const repeats = fields.length === 1 && fields[0] === 'text' && words.length > 1;
    if (!repeats && words.length !== fields.length) throw new Error(`it has ${words.length} parts`);
    return words.map((word, index) => FIELDS[(repeats ? fields[0] : fields[index]) as keyof typeof FIELDS](word));
  } catch (error) {
    throw new Error(`the value of a record of type ${type} must be like ${example}, got ${value}: ${(error as Error).message}`);
  }
}

/** A value that a record of the type may have. */
export function exampleValue(type: string): string {
  return layoutOf(type).example;
}

function layoutOf(type: string): Layout {
  const layout = LAYOUTS[type as WireType];
  if (!layout) throw new Error(`the type of a record must be one of ${TYPES.join(', ')}, got ${type}`);
  return layout;
}

function counted(text: Buffer): Buffer {
  if (text.length > 255) throw new Error(`a string must have 255 bytes at most, got ${text.length}: split it into several`);
  return Buffer.concat([Buffer.from([text.length]), text]);
}

function ipv6(text: string): Buffer {
  if (!isIPv6(text) || text.includes('%')) throw new Error(`'${text}' is no IPv6 address`);
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...quad) => {
    const [a, b, c, d] = quad.slice(0, 4).map(Number) as [number, number, number, number];
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
  const [head = '', tail] = hex.split('::');
  const groups = (half: string) => (half === '' ? [] : half.split(':'));
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail ?? '')];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
