/**
 * Programs that resolve names as the system does: glibc by way of Python and curl, Node, Java and Chromium. They find the DNS server in
 * the resolv.conf of a namespace that is theirs alone.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import type { Outcome } from './namespace-child';
import { isThere } from './real-clients';

const directory = mkdtempSync(join(tmpdir(), 'namespace-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const file = (name: string, content: string) => {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
};
const enter = [
  'ip link set lo up',
  `mount --bind ${file('resolv.conf', 'nameserver 127.10.0.53\noptions timeout:2 attempts:1\n')} /etc/resolv.conf`,
  `mount --bind ${file('nsswitch.conf', 'hosts: files dns\n')} /etc/nsswitch.conf`,
  'exec "$@"',
].join(' && ');
const inside = (...command: string[]) => ['-Urnm', '--kill-child', 'sh', '-c', enter, 'sh', ...command];

const PYTHON = `
import socket, urllib.request
def addresses(name):
    return sorted({entry[4][0] for entry in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)})
print(' '.join(addresses('www.example.com')))
print(len(addresses('hundred.example.com')))
print(' '.join(addresses('v6.example.com')))
for name in ('nobody.example.com', 'text.example.com', 'www.example.org'):
    try:
        addresses(name)
    except socket.gaierror as error:
        print(name, {socket.EAI_NONAME: 'unknown', socket.EAI_NODATA: 'no address'}.get(error.errno, 'failure'))
for _ in range(4):
    print(urllib.request.urlopen('http://half-dead.example.com/').read().decode().strip())
`;

const NODE = `
const dns = require('node:dns').promises;
const http = require('node:http');
const get = (host) => new Promise((resolve) =>
  http.get({ host, agent: false }, (response) => response.on('data', (body) => resolve(String(body).trim()))).on('error', resolve));
(async () => {
  console.log((await dns.resolve4('www.example.com')).sort().join(' '));
  console.log((await dns.lookup('www.example.com', { all: true })).map(({ address }) => address).sort().join(' '));
  console.log((await dns.resolve4('hundred.example.com')).length);
  console.log(await dns.lookup('nobody.example.com').catch(({ code }) => code));
  for (let times = 0; times < 4; times += 1) console.log(await get('half-dead.example.com'));
})();
`;

/** What each program is run with, and by which flag it is known to be there. */
const PROGRAMS = {
  python: { flag: '--version', command: ['python3', '-c', PYTHON] },
  node: { flag: '--version', command: [process.execPath, '-e', NODE] },
  curl: {
    flag: '--version',
    command: [
      'curl',
      '-sS',
      '--noproxy',
      '*',
      ...Array<string>(4).fill('http://half-dead.example.com/'),
      'http://www.example.com/',
    ],
  },
  java: {
    flag: '-version',
    command: [
      'java',
      '-XX:TieredStopAtLevel=1',
      join(__dirname, 'Look.java'),
      'www.example.com',
      'half-dead.example.com',
      'nobody.example.com',
    ],
  },
  chromium: {
    flag: '--version',
    command: [
      'chromium',
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-proxy-server',
      `--user-data-dir=${join(directory, 'profile')}`,
      '--dump-dom',
      'http://half-dead.example.com/',
    ],
  },
} satisfies Record<string, { flag: string; command: string[] }>;
type Program = keyof typeof PROGRAMS;

const { status, stderr } = spawnSync('unshare', inside('true'), { encoding: 'utf8' });
const refused = status === 0 ? undefined : `no namespace to be had (${(stderr ?? 'unshare is missing').trim()})`;
const found = (Object.keys(PROGRAMS) as Program[]).filter((program) => {
  const missing = refused ?? (isThere(...there(program)) ? undefined : `no ${program} on PATH`);
  if (missing) process.stdout.write(`skipped: ${program} is not asked to resolve names: ${missing}\n`);
  return missing === undefined;
});

function there(program: Program): [string, string] {
  const { command, flag } = PROGRAMS[program];
  return [command[0] ?? '', flag];
}

let outcomes: Record<Program, Outcome>;
beforeAll(async () => {
  if (found.length === 0) return;
  const child = join(directory, 'child.js');
  buildSync({
    entryPoints: [join(__dirname, 'namespace-child.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: child,
  });
  const commands = JSON.stringify(Object.fromEntries(found.map((program) => [program, PROGRAMS[program].command])));
  const { stdout } = await promisify(execFile)('unshare', inside(process.execPath, child, commands), { maxBuffer: 1 << 24 });
  outcomes = JSON.parse(stdout);
});

const testWith = (program: Program) => (found.includes(program) ? test : test.skip);
const WWW = '127.10.1.1 127.10.1.2 127.10.1.3';
const SERVED = 'served by 127.10.1.1';
const linesOf = ({ stdout, stderr: complaints }: Outcome) => [...stdout.trim().split('\n'), ...complaints.trim().split('\n')];

testWith('python')('Python by way of glibc: all addresses, also those over TCP, and the next where one refuses', () => {
  expect(linesOf(outcomes.python)).toEqual([
    WWW,
    '100',
    '2001:db8::1 2001:db8::c000:201',
    'nobody.example.com unknown',
    'text.example.com no address',
    'www.example.org failure',
    SERVED,
    SERVED,
    SERVED,
    SERVED,
    '',
  ]);
});

testWith('node')('Node by its own resolver and by that of the system, and over HTTP the next address where one refuses', () => {
  expect(linesOf(outcomes.node)).toEqual([WWW, WWW, '100', 'ENOTFOUND', SERVED, SERVED, SERVED, SERVED, '']);
});

testWith('curl')('curl takes the next address where one refuses', () => {
  expect(linesOf(outcomes.curl).slice(0, 4)).toEqual([SERVED, SERVED, SERVED, SERVED]);
  expect(outcomes.curl.stdout).toMatch(/served by 127\.10\.1\.[123]\n$/);
  expect(outcomes.curl.stderr).toBe('');
});

testWith('java')('Java gets all addresses and takes the first, also where it refuses', () => {
  const lines = linesOf(outcomes.java);
  const first = lines[3];

  expect(lines.slice(0, 3).sort().join(' ')).toBe(WWW);
  expect(['127.10.1.1', '127.10.1.9']).toContain(first);
  expect(lines.slice(4, 6)).toEqual([first === '127.10.1.9' ? 'refused' : SERVED, 'unknown']);
});

testWith('chromium')('Chromium takes the next address where one refuses', () => {
  expect(outcomes.chromium.stdout).toContain(SERVED);
});
