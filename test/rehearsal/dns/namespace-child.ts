/**
 * Runs in a namespace of its own, where port 53 is free and resolv.conf may be replaced: the DNS server, three proxies that answer with
 * their address, and then the programs that it is told to run, all of which ends with it. Writes what they wrote as JSON.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { realZone } from './real-clients';

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
}

const PROXIES = ['127.10.1.1', '127.10.1.2', '127.10.1.3'];
const random = seededRandom(1);

function run([program = '', ...args]: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 15_000 }, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

async function main(commands: Record<string, string[]>): Promise<void> {
  await new DnsServer({
    address: '127.10.0.53',
    port: 53,
    timeScale: 1,
    answer: (question) => answer([realZone], question, () => true, random),
  }).start();
  for (const address of PROXIES) {
    const proxy = createServer((_, response) => void response.setHeader('Connection', 'close').end(`served by ${address}\n`));
    await once(proxy.listen(80, address), 'listening');
  }
  const outcomes = await Promise.all(Object.entries(commands).map(async ([name, command]) => [name, await run(command)]));
  process.stdout.write(JSON.stringify(Object.fromEntries(outcomes)), () => process.exit());
}

void main(JSON.parse(process.argv[2] ?? '{}'));
