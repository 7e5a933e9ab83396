import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Children } from '../../../rehearsal/proxies/children';

const COMMAND_LINE = join(__dirname, '..', '..', '..', 'assets', 'cli', 'proxy-fleet.js');
const PROGRAM =
  'process.stdin.resume(); console.log(process.pid + " " + process.env.PROXY_FLEET_WORD); setInterval(() => {}, 1e6)';

/** State of a process as the kernel names it: S sleeps, T is stopped. */
function stateOf(pid: number): string | undefined {
  try {
    return /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

async function settled(check: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 100 && !check(); attempt++) await new Promise((resolve) => setTimeout(resolve, 20));
  return check();
}

test('a child can be paused and go on, and ends with the others even while it is paused', async () => {
  const children = new Children({ script: COMMAND_LINE });
  let line = '';
  const child = children.start(process.execPath, ['-e', PROGRAM], {
    environment: { PROXY_FLEET_WORD: 'told' },
    onLine: (text) => {
      line = text;
    },
  });
  await settled(() => line !== '');
  const [pid, word] = line.split(' ');

  expect(word).toBe('told');
  child.pause();
  expect(await settled(() => stateOf(Number(pid)) === 'T')).toBe(true);
  child.resume();
  expect(await settled(() => stateOf(Number(pid)) === 'S')).toBe(true);
  child.pause();
  await settled(() => stateOf(Number(pid)) === 'T');
  const begun = performance.now();
  await children.stop();

  expect(performance.now() - begun).toBeLessThan(900);
  expect(stateOf(Number(pid))).toBeUndefined();
});

test('one that has children of its own is paused and killed with them', async () => {
  const children = new Children({ script: COMMAND_LINE });
  let line = '';
  const child = children.start('sh', ['-c', 'sleep 60 & echo $!; wait'], {
    group: true,
    onLine: (text) => {
      line = text;
    },
  });
  await settled(() => line !== '');
  const grandchild = Number(line);

  child.pause();
  expect(await settled(() => stateOf(grandchild) === 'T')).toBe(true);
  await child.kill();

  expect(await settled(() => stateOf(grandchild) === undefined)).toBe(true);
  await children.stop();
});
