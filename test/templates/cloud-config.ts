/**
 * What an instance is told at its first start, and the part of cloud-init's schema that the library may use of it.
 *
 * cloud-init only warns about a key that it does not know and goes on without it, so a misspelt one would show on the instance only.
 */
import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import { evaluate, type StandIns } from '../../rehearsal/template/evaluate';
import type { Json } from '../../rehearsal/template/load-template';
import { objectOf } from '../../rehearsal/template/resources';
import { plainId } from './permissions';
import type { SynthesizedTemplate } from './synth';

/** Top-level keys that the library and its demo write. */
const TOP_LEVEL_KEYS = ['write_files', 'runcmd'];

export interface WrittenFile {
  readonly path: string;
  readonly permissions?: string;
  readonly owner?: string;
  readonly content: string;
}

/** User data of every launch template and instance that has some, as text, by plain logical id. */
export function userDataOf(template: SynthesizedTemplate): Map<string, string> {
  const standIns = addressesFor(template);
  return new Map(
    Object.entries(template.Resources).flatMap(([id, { Properties }]) => {
      const userData = objectOf(Properties?.LaunchTemplateData).UserData ?? Properties?.UserData;
      return userData === undefined ? [] : [[plainId(id), String(evaluate(userData, template, standIns))] as const];
    }),
  );
}

/** Addresses of instances as a deploy would put them in: as long as they can be. */
function addressesFor(template: SynthesizedTemplate): StandIns {
  const instances = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::EC2::Instance');
  return new Map(instances.map(([id], index) => [`${id}.PrivateIp`, `100.100.100.${100 + index}`]));
}

export function writtenFilesOf(userData: string): WrittenFile[] {
  const { write_files: files = [] } = parse(userData) as { write_files?: (WrittenFile & { encoding?: string })[] };
  return files.map(({ encoding, ...file }) => ({
    ...file,
    content: encoding === undefined ? file.content : gunzipSync(Buffer.from(file.content, 'base64')).toString(),
  }));
}

/** What is wrong with a cloud-config; nothing when it is right. */
export function faultsOf(userData: string): string[] {
  if (!userData.startsWith('#cloud-config\n')) return ['the first line must be #cloud-config'];
  const config: Json = parse(userData);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) return ['must be a mapping'];
  const unknown = Object.keys(config).filter((key) => !TOP_LEVEL_KEYS.includes(key));
  return [
    ...unknown.map((key) => `unknown key '${key}'`),
    ...each(config.write_files, 'write_files', fileFaults),
    ...each(config.runcmd, 'runcmd', commandFaults),
  ];
}

function each(list: Json | undefined, name: string, faults: (entry: Json) => string[]): string[] {
  if (list === undefined) return [];
  if (!Array.isArray(list) || list.length === 0) return [`${name} must be a list that is not empty`];
  return list.flatMap((entry, index) => faults(entry).map((fault) => `${name}[${index}] ${fault}`));
}

const FILE_PROPERTIES: Record<string, RegExp> = {
  path: /^\/[\w./@-]+$/,
  content: /\S/,
  permissions: /^0[0-7]{3}$/,
  encoding: /^gz\+b64$/,
  owner: /^[a-z_][\w-]*:[a-z_][\w-]*$/,
};

function fileFaults(entry: Json): string[] {
  const file = objectOf(entry);
  const missing = ['path', 'content'].filter((key) => !(key in file)).map((key) => `has no ${key}`);
  const wrong = Object.entries(file).flatMap(([key, value]) => {
    const pattern = FILE_PROPERTIES[key];
    if (!pattern) return [`has an unknown property '${key}'`];
    // YAML makes numbers of unquoted modes: 0644 would arrive as 644 or 420.
    return typeof value === 'string' && pattern.test(value) ? [] : [`has a wrong ${key}: ${JSON.stringify(value)}`];
  });
  return [...missing, ...wrong];
}

function commandFaults(entry: Json): string[] {
  const words = Array.isArray(entry) && entry.length > 0 && entry.every((word) => typeof word === 'string' && word !== '');
  return words ? [] : [`must be a list of words, got ${JSON.stringify(entry)}`];
}
