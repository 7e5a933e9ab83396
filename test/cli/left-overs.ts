/** What the rehearsals of a test file leave behind, told from those of anybody else by their folder for temporary files. */
import { mkdtempSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for temporary files that only the rehearsals of the importing test file use. */
const TMPDIR = mkdtempSync(join(tmpdir(), 'proxy-fleet-cli-'));

/** For every rehearsal of that file. */
export const env = { TMPDIR };

/** A process of a rehearsal whose command line matches. */
export function pidOf(command: RegExp): number | undefined {
  const pid = processes().find(([, line]) => command.test(line))?.[0];
  return pid === undefined ? undefined : Number(pid);
}

/** Processes whose command line names a folder or script of a rehearsal. */
export function leftOvers(): string[] {
  return processes().map(([, command]) => command);
}

function processes(): [pid: string, command: string][] {
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid): [string, string][] => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        // Somebody else may rehearse on this machine.
        const ours = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(TMPDIR);
        return ours &&
          /proxy-fleet-\w+\/(slot|watchdog)-|proxy-fleet\.js child-/.test(command) &&
          readlinkSync(`/proc/${pid}/exe`)
          ? [[pid, command]]
          : [];
      } catch {
        return [];
      }
    });
}

export function temporaryFiles(): string[] {
  return readdirSync(TMPDIR);
}

/** Whether it comes true within 5 s. */
export async function settled(check: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 50 && !check(); attempt++) await new Promise((resolve) => setTimeout(resolve, 100));
  return check();
}
