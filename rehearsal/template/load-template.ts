/** Finds the template to rehearse: in a cloud assembly (`cdk.out`) or in a file of its own. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../usage-error';
import { expandInstanceRecords } from './expand-instance-records';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Resource {
  readonly Type: string;
  readonly Properties?: Record<string, Json>;
}

export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Parameters?: Record<string, { readonly Default?: Json }>;
}

export interface LoadedTemplate {
  readonly stack: string;
  readonly template: Template;
  /** Folders that a deploy uploads, by the hash that names them; missing for a template without its assembly. */
  readonly assets?: ReadonlyMap<string, string>;
}

/**
 * Reads the one template that is meant.
 *
 * @param path a directory that `cdk synth` wrote, or a template in JSON
 * @param stack name of the stack, when the directory holds several
 */
export function loadTemplate(path: string, stack?: string): LoadedTemplate {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry) throw new UsageError(`no file or directory '${path}': run 'cdk synth' first, or name its output`);
  if (entry.isDirectory()) return fromAssembly(path, stack);
  const name = basename(path).replace(/(\.template)?\.json$/, '');
  if (stack !== undefined && stack !== name) {
    throw new UsageError(`'${path}' holds the stack '${name}', got --stack ${stack}: leave --stack out`);
  }
  return { stack: name, template: readTemplate(path), assets: assetsBeside(path) };
}

interface Artifact {
  readonly type?: string;
  readonly displayName?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly directoryName?: string };
}

/** Stacks of an assembly and of the nested ones that stages make. */
function stacksOf(directory: string): { name: string; file: string }[] {
  const manifest = readJson(resolve(directory, 'manifest.json'), `'${directory}' is no output of 'cdk synth'`) as {
    artifacts?: Record<string, Artifact>;
  };
  return Object.entries(manifest.artifacts ?? {}).flatMap(([id, { type, properties }]) => {
    if (type === 'cdk:cloud-assembly' && properties?.directoryName) return stacksOf(resolve(directory, properties.directoryName));
    if (type !== 'aws:cloudformation:stack' || !properties?.templateFile) return [];
    return [{ name: properties.stackName ?? id, file: resolve(directory, properties.templateFile) }];
  });
}

function fromAssembly(directory: string, wanted?: string): LoadedTemplate {
  const stacks = stacksOf(directory);
  const names = stacks.map((stack) => stack.name).join(', ');
  if (stacks.length === 0) throw new UsageError(`'${directory}' holds no stack: run 'cdk synth' again`);
  if (wanted === undefined && stacks.length > 1)
    throw new UsageError(`'${directory}' holds several stacks (${names}): choose one with --stack`);
  const stack = wanted === undefined ? stacks[0] : stacks.find(({ name }) => name === wanted);
  if (!stack) throw new UsageError(`no stack '${wanted}' in '${directory}': it holds ${names}`);
  return { stack: stack.name, template: readTemplate(stack.file), assets: assetsBeside(stack.file) };
}

function assetsBeside(templateFile: string): ReadonlyMap<string, string> {
  const file = templateFile.replace(/\.template\.json$/, '.assets.json');
  if (!statSync(file, { throwIfNoEntry: false })) return new Map();
  const { files = {} } = readJson(file, `cannot read the list of assets '${file}'`) as {
    files?: Record<string, { readonly source?: { readonly path?: string } }>;
  };
  return new Map(Object.entries(files).map(([hash, { source }]) => [hash, resolve(dirname(file), source?.path ?? '')]));
}

function readTemplate(file: string): Template {
  const template = readJson(file, `cannot read the template '${file}'`) as Partial<Template> | null;
  const resources: unknown = template?.Resources;
  if (
    typeof resources !== 'object' ||
    resources === null ||
    Object.values(resources).some((resource) => typeof resource?.Type !== 'string')
  ) {
    throw new UsageError(
      `'${file}' is no CloudFormation template, it has no Resources of some Type: name the output of 'cdk synth'`,
    );
  }
  return expandInstanceRecords(template as Template);
}

function readJson(file: string, what: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${what}: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`'${file}' is not valid JSON (${(error as Error).message}): run 'cdk synth' again`);
  }
}
