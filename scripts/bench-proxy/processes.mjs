// The processes of a measurement, each with its children in a group of its own: so all of them can be ended by its id, and Ctrl-C
// reaches us alone.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** utime and stime count in hundredths of a second on every architecture that Linux runs on today (USER_HZ). */
const TICKS = 100;

const running = new Set();

export function start(words, { onOutput } = {}) {
  const [command, ...args] = words;
  const child = spawn(command, args, { detached: true, stdio: ['ignore', onOutput ? 'pipe' : 'ignore', 'pipe'] });
  const started = { pid: child.pid, said: '', status: undefined };
  running.add(started);
  child.stderr.setEncoding('utf8').on('data', (text) => {
    started.said = (started.said + text).slice(-2000);
  });
  if (onOutput) child.stdout.setEncoding('utf8').on('data', onOutput);
  started.ended = new Promise((resolve) => {
    child.once('error', (error) => {
      started.said += error.message;
      started.status = -1;
      resolve();
    });
    child.once('close', (code) => {
      started.status = code ?? -1;
      resolve();
    });
  });
  return started;
}

/** Runs a program to its end; what it printed. */
export async function run(words) {
  let output = '';
  const started = start(words, { onOutput: (text) => (output += text) });
  await started.ended;
  running.delete(started);
  if (started.status !== 0) throw new Error(`'${words.join(' ')}' ended with status ${started.status}: ${started.said}`);
  return output;
}

/** Ends every process that is left, and waits until it is gone. */
export async function killAll() {
  const left = [...running].filter(({ pid, status }) => pid !== undefined && status === undefined);
  for (const { pid } of left) kill(pid);
  await Promise.all(left.map(({ ended }) => ended));
}

function kill(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** CPU seconds, in user and kernel mode, that a process and its descendants have used. */
export function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ');
  // utime, stime, and those of children that have ended.
  const own = fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + cpuSeconds(child), own);
}
