/** Programs that nobody here wrote, and the zone that they are asked about. */
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import type { HostedZone } from '../../../rehearsal/dns/records';
import { multivalue, simple, zoneOf } from './zones';

export const hundred = Array.from({ length: 100 }, (_, index) => `127.20.1.${index}`);

export const realZone: HostedZone = zoneOf(
  ...multivalue('www.example.com', 3),
  simple('half-dead.example.com', ['127.10.1.1', '127.10.1.9']),
  simple('hundred.example.com', hundred),
  simple(
    'four-hundred.example.com',
    Array.from({ length: 400 }, (_, index) => `127.20.${index % 4}.${index >> 2}`),
  ),
  simple('v6.example.com', ['2001:db8::1', '2001:db8::192.0.2.1'], 'AAAA'),
  simple('example.com', ['10 mail.example.com', '20 backup.example.net.'], 'MX'),
  simple('mail.example.com', ['192.0.2.25']),
  simple('text.example.com', ['"v=spf1 -all" "and \\"more\\""', '"ex\\344mple"'], 'TXT'),
  simple('_app._tcp.example.com', ['1 20 8080 www.example.com'], 'SRV'),
  simple('ca.example.com', ['0 issue "ca.example.net"', '128 iodef "mailto:security@example.com"'], 'CAA'),
  simple('naptr.example.com', ['100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .'], 'NAPTR'),
  simple('1.2.0.192.example.com', ['www.example.com'], 'PTR'),
  simple('key.example.com', ['12345 13 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB'], 'DS'),
  simple('ssh.example.com', ['4 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB'], 'SSHFP'),
  simple('_443._tcp.example.com', ['3 1 1 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55D4AC69CB'], 'TLSA'),
);

/** `describe`, or one that skips and says so where a program is missing. */
export function describeWith(program: string, versionFlag: string): jest.Describe {
  if (isThere(program, versionFlag)) return describe;
  process.stdout.write(`skipped: no ${program} on PATH to ask the DNS server with\n`);
  return describe.skip;
}

export function isThere(program: string, versionFlag = '--version'): boolean {
  return spawnSync(program, [versionFlag], { timeout: 10_000 }).error === undefined;
}

/** What a program writes, whatever its exit status is. */
export async function output(program: string, ...args: string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 10_000, maxBuffer: 1 << 24 });
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return stdout + stderr;
  }
}
