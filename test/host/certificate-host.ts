/** An instance that fetches certificates: its program below a folder of the test, with stand-ins for the commands that it runs. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { type CertificateConfig, renderCertificatesFile } from '../../lib/host/certificates-file';
import { PROGRAMS } from '../../lib/host/programs';
import { CERTIFICATES_PATH } from '../../lib/private/contract';

/** Who the proxy runs as: root can hand a file to another, others only to themselves. */
export const PROXY_USER = userInfo().uid === 0 ? 'nobody' : userInfo().username;

/** The interpreter itself: a version manager's stand-in for it would put folders of its own before those of the test. */
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();
const STAND_IN = readFileSync(join(__dirname, 'aws_stand_in.py'), 'utf8').replace(/^.*/, `#!${PYTHON}`);

export interface Call {
  readonly command: string[];
  readonly environment: Record<string, string>;
}

export function secretArn(name: string): string {
  return `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
}

export function acmArn(name: string): string {
  return `arn:aws:acm:eu-west-1:123456789012:certificate/${name}`;
}

export class CertificateHost {
  private readonly stand: string;

  constructor(
    private readonly directory: string,
    private readonly openssl: string,
    certificates: CertificateConfig[],
  ) {
    this.stand = join(directory, 'stand');
    mkdirSync(join(this.stand, 'bin'), { recursive: true });
    mkdirSync(join(directory, 'etc'));
    for (const command of ['aws', 'systemctl']) this.standIn(command);
    writeFileSync(join(directory, 'certificates.py'), this.moved(PROGRAMS[CERTIFICATES_PATH] ?? ''));
    const { content } = renderCertificatesFile({ fleet: 'Shop/Edge', region: 'eu-central-1', certificates }, PROXY_USER);
    writeFileSync(join(directory, 'etc', 'certificates.json'), content);
  }

  /** Text with the places of an instance in this folder. */
  moved(text: string): string {
    return text.replaceAll('/etc/proxy-fleet', join(this.directory, 'etc'));
  }

  /** Writes down how a command is called from now on. */
  standIn(command: string): void {
    writeFileSync(join(this.stand, 'bin', command), STAND_IN, { mode: 0o755 });
  }

  /** Puts a certificate there, as a run of before. */
  put(name: string, text: string): void {
    mkdirSync(join(this.directory, 'etc', 'certificates'), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  store(arn: string, text: string): void {
    writeFileSync(join(this.stand, arn.replaceAll('/', '-')), text);
  }

  /** Whether systemd says that the proxy runs, and what its reload does. */
  proxy(reload = ''): void {
    writeFileSync(join(this.stand, 'active'), '');
    writeFileSync(join(this.stand, 'reload'), reload);
  }

  refuseCloudWatch(): void {
    writeFileSync(join(this.stand, 'no-cloudwatch'), '');
  }

  /** Leaves what a run leaves that dies before its reload. */
  dieBeforeReload(): void {
    writeFileSync(join(this.directory, 'etc', 'certificates', '.changed'), '');
  }

  /** Runs the program to its end. */
  run(): Promise<{ status: number; output: string; calls: Call[] }> {
    const calls = join(this.stand, 'calls');
    rmSync(calls, { force: true });
    const env = { ...process.env, STAND: this.stand, OPENSSL: this.openssl, PATH: `${this.stand}/bin:${process.env.PATH}` };
    return new Promise((resolve, reject) => {
      execFile(PYTHON, ['-u', join(this.directory, 'certificates.py')], { env, encoding: 'utf8' }, (error, stdout, stderr) => {
        if (!existsSync(calls)) return reject(new Error(`the program ran nothing: ${stdout}${stderr}`));
        const lines = readFileSync(calls, 'utf8').trim().split('\n');
        resolve({ status: Number(error?.code ?? 0), output: stdout + stderr, calls: lines.map((line) => JSON.parse(line)) });
      });
    });
  }

  path(name: string): string {
    return join(this.directory, 'etc', 'certificates', `${name}.pem`);
  }

  file(name: string): string | undefined {
    return existsSync(this.path(name)) ? readFileSync(this.path(name), 'utf8') : undefined;
  }

  status(name: string): { mode: string; gid: number; inode: number } {
    const { mode, gid, ino } = statSync(this.path(name));
    return { mode: (mode & 0o7777).toString(8), gid, inode: ino };
  }

  /** The passphrases that ACM was given. */
  get passphrases(): string[] {
    return readFileSync(join(this.stand, 'passphrases'), 'utf8').trim().split('\n');
  }
}
