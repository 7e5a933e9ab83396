/** HAProxy as its unit runs it: a master, and a worker that is replaced when the master is told to reload. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { until } from '../templates/loopback';

export class HaproxyMaster {
  /** Starts it and waits until `answers` says so. */
  static async start(file: string, answers: () => Promise<boolean>): Promise<HaproxyMaster> {
    // A group of its own, so that workers go with their master.
    const child = spawn(findHaproxy().path, ['-W', '-db', '-f', file], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    const master = new HaproxyMaster(child);
    const well = await until(answers, (well) => well || child.exitCode !== null);
    if (!well) {
      await master.stop();
      throw new Error(`HAProxy did not start: ${master.said}`);
    }
    return master;
  }

  said = '';
  private readonly ended: Promise<unknown>;
  private readonly kill: () => void;

  private constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-4000);
    });
    this.kill = () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    };
    this.ended = once(child, 'exit');
    process.once('exit', this.kill);
  }

  /** Has the workers replaced, and waits until there is a new one. */
  async reload(): Promise<void> {
    const before = this.workers();
    this.child.kill('SIGUSR2');
    const isNew = (workers: string[]) => workers.some((worker) => !before.includes(worker));
    const after = await until(async () => this.workers(), isNew);
    if (!isNew(after)) throw new Error(`HAProxy did not reload: ${this.said}`);
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    process.removeListener('exit', this.kill);
  }

  /** Process ids of the workers, those on their way out among them. */
  private workers(): string[] {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  }
}
