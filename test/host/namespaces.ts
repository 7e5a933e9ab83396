/** Members of a fleet, each in a network namespace of its own, on one bridge. Names are this run's; whatever is in them ends with them. */
import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Why there can be none here; undefined when there can. */
export function whyNoNamespaces(): string | undefined {
  const probe = `pf${process.pid}-probe`;
  try {
    execFileSync('ip', ['netns', 'add', probe], { stdio: 'pipe' });
    execFileSync('ip', ['netns', 'exec', probe, 'iptables', '-A', 'INPUT', '-j', 'ACCEPT'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).trim().split('\n').join(': ');
  } finally {
    try {
      execFileSync('ip', ['netns', 'del', probe], { stdio: 'pipe' });
    } catch {
      // It was never there.
    }
  }
}

export class Namespaces {
  readonly addresses: string[];
  private readonly hub = `pf${process.pid}-hub`;

  constructor(private readonly count: number) {
    this.addresses = Array.from({ length: count }, (_, index) => `10.99.0.${index + 1}`);
  }

  /** The namespace of a member, counted from 1. */
  name(member: number): string {
    return `pf${process.pid}-m${member}`;
  }

  async make(): Promise<void> {
    await this.ip('netns', 'add', this.hub);
    await this.inHub('link', 'add', 'br0', 'type', 'bridge');
    await this.inHub('link', 'set', 'br0', 'up');
    for (const [index, address] of this.addresses.entries()) {
      const [name, port] = [this.name(index + 1), `port${index + 1}`];
      await this.ip('netns', 'add', name);
      await this.inHub('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      await this.inHub('link', 'set', port, 'master', 'br0', 'up');
      await this.ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) await this.ip('-n', name, 'link', 'set', device, 'up');
    }
  }

  /** The command, to be run where a member is. */
  at(member: number, command: string[]): string[] {
    return ['ip', 'netns', 'exec', this.name(member), ...command];
  }

  async link(member: number, state: 'up' | 'down'): Promise<void> {
    await this.inHub('link', 'set', `port${member}`, state);
  }

  /** Lets no packet of a member in or out, or lets them through again. */
  async drop(member: number, drop: boolean): Promise<void> {
    for (const [chain, flag] of [
      ['INPUT', '-i'],
      ['OUTPUT', '-o'],
    ]) {
      const [program = '', ...args] = this.at(member, [
        'iptables',
        drop ? '-A' : '-D',
        `${chain}`,
        `${flag}`,
        'eth0',
        '-j',
        'DROP',
      ]);
      await exec(program, args);
    }
  }

  /** Slots whose VRRP instance a member masters, by their dummy addresses. */
  async mastered(member: number): Promise<number[]> {
    const { stdout } = await exec('ip', ['-n', this.name(member), '-4', '-o', 'addr', 'show', 'dev', 'lo']);
    return [...stdout.matchAll(/169\.254\.200\.(\d+)/g)].map(([, slot]) => Number(slot)).sort();
  }

  /** Ends every process in the namespaces, by its id, and the namespaces. */
  async remove(): Promise<void> {
    for (const name of [...Array.from({ length: this.count }, (_, index) => this.name(index + 1)), this.hub]) {
      try {
        const { stdout } = await exec('ip', ['netns', 'pids', name]);
        for (const pid of stdout.split('\n').filter(Boolean)) process.kill(Number(pid), 'SIGKILL');
      } catch {
        // The namespace was not made, or a process ended by itself.
      }
      await this.ip('netns', 'del', name).catch(() => undefined);
    }
  }

  private async inHub(...args: string[]): Promise<void> {
    await this.ip('-n', this.hub, ...args);
  }

  private async ip(...args: string[]): Promise<void> {
    await exec('ip', args);
  }
}
