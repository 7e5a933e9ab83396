/** The other end of `control.ts`: finds the rehearsals of this user that are running, and asks one of them. */
import { lstatSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CONTROL_SOCKET, type ControlAnswer, type ControlRequest } from './control';
import { UsageError } from './usage-error';

interface Running {
  readonly pid: string;
  readonly path: string;
}

/**
 * Asks the only rehearsal, or the one of a process, and hands on the result.
 *
 * @param pid empty for the only one
 */
export async function askRehearsal(pid: string, request: ControlRequest): Promise<unknown> {
  const running = await findRehearsals();
  const known = running.map((each) => each.pid).join(', ');
  if (running.length === 0) {
    throw new UsageError(
      "no rehearsal of a fleet with virtual IPs is ready on this machine: start 'proxy-fleet rehearse' and wait until it says ready",
    );
  }
  if (pid === '' && running.length > 1)
    throw new UsageError(`several rehearsals are running: choose one with --rehearsal ${known}`);
  const chosen = pid === '' ? running[0] : running.find((each) => each.pid === pid);
  if (!chosen) throw new UsageError(`no rehearsal runs as process ${pid}: choose one of ${known}`);
  const answer = parse(await ask(chosen.path, JSON.stringify(request)).catch(() => ''));
  if (!answer) throw new UsageError('the rehearsal ended before it answered: start another one');
  if ('refused' in answer) throw new UsageError(answer.refused);
  if ('failed' in answer) throw new UsageError(`the rehearsal could not do that (${answer.failed}): try again`);
  return answer.result;
}

/** Those that answer; a socket that a rehearsal could not remove refuses. */
async function findRehearsals(): Promise<Running[]> {
  const candidates = readdirSync(tmpdir())
    .filter((name) => name.startsWith('proxy-fleet-'))
    .flatMap((name) => socketsIn(join(tmpdir(), name)));
  const alive = await Promise.all(candidates.map(({ path }) => isListening(path)));
  return candidates.filter((_, index) => alive[index]);
}

/** Only in folders that nobody else could have made or can enter: whoever answers there is this user. */
function socketsIn(directory: string): Running[] {
  try {
    const found = lstatSync(directory);
    if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o077) !== 0) return [];
    return readdirSync(directory).flatMap((file) => {
      const [, pid] = CONTROL_SOCKET.exec(file) ?? [];
      return pid === undefined ? [] : [{ pid, path: join(directory, file) }];
    });
  } catch {
    // It went away meanwhile.
    return [];
  }
}

function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function ask(path: string, request: string): Promise<string> {
  const socket = connect({ path, allowHalfOpen: true });
  socket.end(request);
  return text(socket);
}

function parse(answer: string): ControlAnswer | undefined {
  return answer === '' ? undefined : (JSON.parse(answer) as ControlAnswer);
}
