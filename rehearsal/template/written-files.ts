/** The files that cloud-init would write, as they are on the instance: unpacked. */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { UsageError } from '../usage-error';

export interface WrittenFile {
  readonly path: string;
  readonly permissions?: string;
  readonly owner?: string;
  readonly content: string;
}

/** cloud-init's names for the encodings that are read here. */
const DECODERS: Readonly<Record<string, (content: string) => string>> = {
  'text/plain': (content) => content,
  'gz+b64': (content) => gunzipSync(Buffer.from(content, 'base64')).toString(),
};

/** @throws UsageError when a file is packed in some other way */
export function writtenFiles(userData: string): WrittenFile[] {
  const { write_files: files = [] } = (parse(userData) ?? {}) as { write_files?: (WrittenFile & { encoding?: string })[] };
  return files.map(({ encoding = 'text/plain', content, ...file }) => {
    const decode = DECODERS[encoding];
    if (decode) return { ...file, content: decode(content) };
    throw new UsageError(
      `${file.path} must be encoded as one of ${Object.keys(DECODERS).join(', ')}, got '${encoding}': synthesize with this version of the library`,
    );
  });
}
