/**
 * Text as Route 53 writes it in names and values: a byte that cannot stand for itself is `\` and three *octal* digits (zone files of
 * other servers count in decimal), and `\` before any other character stands for that character.
 */

const OCTAL = /^[0-3][0-7]{2}/;

/** The bytes of one label or character string, without its quotation marks. */
export function unescaped(text: string): Buffer {
  const parts: Buffer[] = [];
  for (let rest = text; rest.length > 0; ) {
    const [plain = ''] = /^[^\\]*/.exec(rest) ?? [];
    parts.push(Buffer.from(plain));
    rest = rest.slice(plain.length);
    if (rest === '') break;
    const [octal] = OCTAL.exec(rest.slice(1)) ?? [];
    const [character = ''] = rest.slice(1);
    if (octal === undefined && character === '') throw new Error(`text must not end with a lone backslash, got '${text}'`);
    parts.push(octal === undefined ? Buffer.from(character) : Buffer.from([Number.parseInt(octal, 8)]));
    rest = rest.slice(1 + (octal ?? character).length);
  }
  return Buffer.concat(parts);
}

/** One label as text, in which a dot is no end of a label. */
export function escaped(label: Buffer): string {
  return [...label]
    .map((byte) => {
      const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
      return plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
}

export interface Word {
  readonly text: string;
  readonly quoted: boolean;
}

const WORD = /^\s*(?:"((?:[^"\\]|\\[\s\S])*)"(?=\s|$)|((?:[^\s"\\]|\\[\s\S])+)(?=\s|$))/;

/** Splits a value at its blanks; what stands in quotation marks is one word. */
export function wordsOf(value: string): Word[] {
  const words: Word[] = [];
  for (let rest = value; rest.trim() !== ''; ) {
    const match = WORD.exec(rest);
    if (!match) throw new Error(`quotation marks must come in pairs with blanks around, got '${value}'`);
    words.push({ text: match[1] ?? match[2] ?? '', quoted: match[1] !== undefined });
    rest = rest.slice(match[0].length);
  }
  return words;
}
