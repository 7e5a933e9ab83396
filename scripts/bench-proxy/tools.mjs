// The programs that a measurement takes. Nothing is installed here: what is missing is named, with the way to get it.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { require as typescript } from 'tsx/cjs/api';
import { UsageError } from './options.mjs';

const { findHaproxy, findNginx } = typescript('../../rehearsal/proxies/engine-binary.ts', import.meta.url);

/** On Debian and Ubuntu. */
const GET = 'as root: apt-get install wrk nghttp2-client nginx-light libnginx-mod-stream';

export function findTools() {
  const load = ['wrk', 'h2load'].map((name) => ({ name, path: onPath(name) })).find(({ path }) => path !== undefined);
  if (!load) throw new UsageError(`no wrk and no h2load on PATH, so there is nothing that makes load: install one (${GET})`);
  return { load, nginx: found(findNginx), haproxy: found(findHaproxy), pins: pins() };
}

function found(find) {
  try {
    return find();
  } catch (error) {
    // Then the other engine alone is measured.
    return { missing: error.message };
  }
}

/** Commands in front of the proxy, and of load and targets, that keep them out of each other's way. */
function pins() {
  const taskset = onPath('taskset');
  const mask = taskset && spawnSync(taskset, ['-cp', String(process.pid)], { encoding: 'utf8' }).stdout;
  const [proxy, ...others] = mask ? cpus(mask.split(': ').at(-1).trim()) : [];
  if (others.length === 0) return { proxy: [], others: [], said: 'nothing is pinned: taskset and two CPUs are needed' };
  const pin = (list) => [taskset, '-c', list.join(',')];
  const said = `the proxy on CPU ${proxy}, load and targets on CPU ${others.join(', ')}`;
  return { proxy: pin([proxy]), others: pin(others), said };
}

/** '0-2,5' as numbers. */
function cpus(list) {
  return list.split(',').flatMap((part) => {
    const [first, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function onPath(program) {
  const directories = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/sbin'];
  return directories.map((directory) => join(directory, program)).find(executable);
}

function executable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
