/** The files that cloud-init would write, as they are on the instance. */
import { parse } from 'yaml';

export interface WrittenFile {
  readonly path: string;
  readonly permissions?: string;
  readonly owner?: string;
  readonly content: string;
}

export function writtenFiles(userData: string): WrittenFile[] {
  return ((parse(userData) ?? {}) as { write_files?: WrittenFile[] }).write_files ?? [];
}
