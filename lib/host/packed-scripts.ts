import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Made by the build; the path is the same from `lib/host` and from `dist/host`. */
const PACKED = join(__dirname, '..', '..', 'assets', 'host', 'scripts.json');

/**
 * A program for instances, compressed and in base64. The build did that once for all: what zlib makes of a text depends on the machine,
 * and other bytes would replace every instance.
 */
export function packedScript(path: string): string {
  const packed = JSON.parse(readFileSync(PACKED, 'utf8')) as Record<string, string>;
  const script = packed[path];
  if (script === undefined)
    throw new Error(`the build must have packed ${path}, got ${Object.keys(packed)}: run 'npm run build'`);
  return script;
}
