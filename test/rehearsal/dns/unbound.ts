/** A caching resolver that nobody here wrote, in front of a DNS server. It mixes case and minimises names. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './queries';

const ADDRESS = '127.10.0.54';

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, ADDRESS);
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  socket.close();
  return port;
}

const configuration = (directory: string, port: number, upstream: { address: string; port: number }) => `
server:
  interface: ${ADDRESS}@${port}
  access-control: 127.0.0.0/8 allow
  outgoing-interface: 127.0.0.1
  directory: "${directory}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  logfile: ""
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  do-ip6: no
  use-caps-for-id: yes
  qname-minimisation-strict: yes
  harden-large-queries: yes
  edns-buffer-size: 1232
remote-control:
  control-enable: no
stub-zone:
  name: "example.com"
  stub-addr: ${upstream.address}@${upstream.port}
`;

export class Unbound {
  private readonly directory = mkdtempSync(join(tmpdir(), 'unbound-'));
  private child?: ChildProcess;

  /** Starts it, and says where it answers. */
  async start(upstream: Place): Promise<Place> {
    const port = await freePort();
    writeFileSync(join(this.directory, 'unbound.conf'), configuration(this.directory, port, upstream));
    const child = spawn('unbound', ['-d', '-c', join(this.directory, 'unbound.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child = child;
    let said = '';
    child.stderr?.on('data', (chunk) => (said += chunk));
    for (let wait = 0; !said.includes('start of service') && child.exitCode === null && wait < 500; wait += 1) await sleep(10);
    if (!said.includes('start of service')) throw new Error(`unbound did not start: ${said}`);
    return { address: ADDRESS, port };
  }

  async stop(): Promise<void> {
    if (this.child?.exitCode === null) {
      const exited = once(this.child, 'exit');
      this.child.kill();
      await exited;
    }
    rmSync(this.directory, { recursive: true });
  }
}
