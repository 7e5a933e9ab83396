import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostFile } from './cloud-config';

/** Made by the build; the path is the same from `lib/host` and from `dist/host`. */
const PACKED = join(__dirname, '..', '..', 'assets', 'host', 'scripts.json');

/**
 * The programs of heartbeats, compressed, because user data is short. The build did that once for all: what zlib makes of a text
 * depends on the machine, and other bytes would replace every instance.
 */
export function packedScripts(): HostFile[] {
  const packed = JSON.parse(readFileSync(PACKED, 'utf8')) as Record<string, string>;
  return Object.entries(packed).map(([path, content]) => ({ path, permissions: '0644', content, encoding: 'gz+b64' }));
}
