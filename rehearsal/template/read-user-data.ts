/** Reads what cloud-init would write on an instance. */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { UsageError } from '../usage-error';

/** Contents by path. */
export type HostFiles = ReadonlyMap<string, string>;

interface WrittenFile {
  readonly path?: string;
  readonly content?: string;
  readonly encoding?: string;
}

/** cloud-init's names for the encodings that are read here. */
const DECODERS: Readonly<Record<string, (content: string) => string>> = {
  'text/plain': (content) => content,
  b64: (content) => Buffer.from(content, 'base64').toString('utf8'),
  'gz+b64': (content) => gunzipSync(Buffer.from(content, 'base64')).toString('utf8'),
};

export function readUserData(text: string): HostFiles {
  const cloudConfig = parse(text) as { write_files?: WrittenFile[] } | null;
  return new Map(
    (cloudConfig?.write_files ?? []).map(({ path = '', content = '', encoding = 'text/plain' }) => {
      const decode = DECODERS[encoding];
      if (!decode)
        throw new UsageError(
          `${path} must be encoded as one of ${Object.keys(DECODERS).join(', ')}, got '${encoding}': synthesize with this version of the library`,
        );
      return [path, decode(content)];
    }),
  );
}
