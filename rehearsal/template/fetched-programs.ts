/** The programs that an instance fetches at its start, as they lie in the cloud assembly: contents by path. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SLOT_ENVIRONMENT_PATH } from '../../lib/private/contract';
import type { HostFiles } from './read-heartbeat';

/** Nothing where the assembly is not there, or holds no such folder. */
export function fetchedPrograms(files: HostFiles, assets: ReadonlyMap<string, string> = new Map()): HostFiles {
  const hash = /^PROGRAMS='?\S*?([0-9a-f]{64})\.zip'?$/m.exec(files.get(SLOT_ENVIRONMENT_PATH) ?? '')?.[1] ?? '';
  const folder = assets.get(hash);
  if (folder === undefined) return new Map();
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]));
}
