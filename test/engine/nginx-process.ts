/** One nginx that runs a generated configuration on a loopback address of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { AUTHORITIES_PATH, HEALTH_PORT, LIVE_PATH } from '../../lib/private/contract';
import { adaptNginx } from '../../rehearsal/proxies/adapt-nginx';
import { localPort } from '../../rehearsal/proxies/surroundings';
import { expiredCertificate } from '../rehearsal/health/self-signed';
import { optionalNginx } from '../templates/checkers';
import { loopbackAddress } from '../templates/haproxy-process';
import { type Answer, ask, until } from '../templates/loopback';

const CERTIFICATES = '/etc/proxy-fleet/certificates/';

/** The nginx of this machine; undefined, with the reason printed, when there is none. */
export const NGINX = optionalNginx('no generated configuration of nginx is run');

/** The configuration with what is of this machine. Certificates that are not there are made, for the name 'somebody else'. */
export function localNginx(text: string, directory: string, address: string): string {
  for (const [, path] of text.matchAll(/ssl_certificate (\S+);/g)) {
    const file = join(directory, basename(path as string));
    const { key, cert } = expiredCertificate();
    if (!existsSync(file)) writeFileSync(file, cert + key);
  }
  const { text: local } = adaptNginx(text, { addresses: [address], targets: new Map(), resolver: NOBODY, directory });
  return local
    .replace('worker_processes auto;', 'worker_processes 2;')
    .replaceAll(CERTIFICATES, `${directory}/`)
    .replaceAll(AUTHORITIES_PATH, join(directory, 'authorities.pem'));
}

/** nginx asks no resolver. */
const NOBODY = { address: '127.0.0.1', port: 9 };

/** What 'nginx -t' says; nothing if all is well. */
export function complaintsOf(text: string, directory: string): string {
  const file = join(directory, 'nginx.conf');
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, localNginx(text, directory, loopbackAddress(7)));
  const run = `'${NGINX}' -e stderr -t -q -c '${file}' 2>&1 || true`;
  return execFileSync('/bin/sh', ['-c', run], { encoding: 'utf8' });
}

export class NginxProcess {
  /** Starts it and waits until its live path answers. */
  static async start(text: string, directory: string, index = 0): Promise<NginxProcess> {
    const address = loopbackAddress(index);
    const file = join(directory, 'nginx.conf');
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, localNginx(text, directory, address));
    const child = spawn(NGINX as string, ['-e', 'stderr', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const proxy = new NginxProcess(child, address, directory);
    const { status } = await until(
      () => proxy.health(LIVE_PATH),
      (answer) => answer.status !== 0 || child.exitCode !== null,
    );
    if (status === 0) {
      await proxy.stop();
      throw new Error(`nginx did not start: ${proxy.said}`);
    }
    return proxy;
  }

  /** The last that it wrote. */
  said = '';
  private readonly ended: Promise<unknown>;
  private readonly kill: () => void;

  private constructor(
    private readonly child: ChildProcess,
    readonly address: string,
    readonly directory: string,
  ) {
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      this.said = (this.said + words).slice(-4000);
    });
    // The master ends its workers only if it is asked to.
    this.kill = () => child.kill('SIGTERM');
    this.ended = once(child, 'exit');
    process.once('exit', this.kill);
  }

  /** Asks for a path on the health port. */
  health(path: string): Promise<Answer> {
    return ask(this.address, HEALTH_PORT, path);
  }

  /** Port on which a listener answers here. */
  port(listener: number): number {
    return localPort(listener);
  }

  /** Puts one of the files that tell the state of a drain, or removes it. */
  state(name: 'leaving' | 'draining', exists: boolean): void {
    const file = join(this.directory, name);
    if (exists) writeFileSync(file, '');
    else rmSync(file);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    process.removeListener('exit', this.kill);
  }
}
