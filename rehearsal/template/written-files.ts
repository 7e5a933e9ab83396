/** The files that cloud-init would write, as they are on the instance: unpacked. */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';

export interface WrittenFile {
  readonly path: string;
  readonly permissions?: string;
  readonly owner?: string;
  readonly content: string;
}

export function writtenFiles(userData: string): WrittenFile[] {
  const { write_files: files = [] } = (parse(userData) ?? {}) as { write_files?: (WrittenFile & { encoding?: string })[] };
  return files.map(({ encoding, content, ...file }) => {
    return { ...file, content: encoding === 'gz+b64' ? gunzipSync(Buffer.from(content, 'base64')).toString() : content };
  });
}
