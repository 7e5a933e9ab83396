/** Domain names between text and the wire. */
import { escaped, unescaped } from './text';

const MAX_LABEL_BYTES = 63;
const MAX_NAME_BYTES = 255;
/** The two upper bits of a length that is none but points to a name elsewhere in the message. */
export const POINTER = 0xc0;

/** A dot at the end may be there or not: Route 53 takes every name for a full one. */
export function labelsOf(name: string): Buffer[] {
  const labels = split(name).map(unescaped);
  const wrong = labels.some((label) => label.length < 1 || label.length > MAX_LABEL_BYTES);
  if (wrong || labels.reduce((sum, label) => sum + 1 + label.length, 1) > MAX_NAME_BYTES) {
    throw new Error(`a name must have labels of 1 to ${MAX_LABEL_BYTES} bytes and ${MAX_NAME_BYTES} in all, got '${name}'`);
  }
  return labels;
}

/** At the dots that are not escaped. */
function split(name: string): string[] {
  if (name === '.') return [];
  const labels = [''];
  for (const [token] of name.matchAll(/\\?[\s\S]/g)) {
    if (token === '.') labels.push('');
    else labels.push(`${labels.pop()}${token}`);
  }
  if (labels.at(-1) === '') labels.pop();
  return labels;
}

/** The name that begins at `offset`, and where it ends; nothing where it is cut off, or points elsewhere as no question needs to. */
export function readName(message: Buffer, offset: number): { name: string; end: number } | undefined {
  const labels: string[] = [];
  for (let at = offset; at < message.length; ) {
    const length = message.readUInt8(at);
    at += 1;
    if (length === 0) return { name: labels.join('.') || '.', end: at };
    if (length > MAX_LABEL_BYTES || at + length - offset >= MAX_NAME_BYTES) return undefined;
    labels.push(escaped(message.subarray(at, at + length)));
    at += length;
  }
  return undefined;
}

/** Where the name that begins at `offset` ends, be it a pointer or not. Nothing is followed, so nothing can lead in circles. */
export function skipName(message: Buffer, offset: number): number | undefined {
  for (let at = offset; at < message.length; ) {
    const length = message.readUInt8(at);
    if (length === 0) return at + 1;
    if (length >= POINTER) return at + 2;
    if (length > MAX_LABEL_BYTES) return undefined;
    at += 1 + length;
  }
  return undefined;
}
