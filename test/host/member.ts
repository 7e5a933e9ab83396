/** One proxy in its namespace: what the library writes for it, run as the units say, between stand-ins for proxy and Lambda. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child';
import { fleetOf, HostFiles } from './host-files';
import type { Namespaces } from './namespaces';

export interface Hint {
  readonly slot: string;
  readonly state: string;
  readonly seenBy: string;
  readonly at: number;
}

const STAND_IN = join(__dirname, 'systemd_stand_in.py');
const LAMBDA = {
  AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:9000',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'example',
};

export class Member {
  /** Proxy and Lambda of the member. */
  readonly surroundings: Child;
  readonly keepalived: Child;
  /** All that runs. */
  readonly all: readonly Child[];

  constructor(
    namespaces: Namespaces,
    readonly slot: number,
    directory: string,
  ) {
    const files = new HostFiles(join(directory, String(slot)), fleetOf(namespaces.addresses, String(slot)));
    const unit = (name: string) => files.place(`/etc/systemd/system/${name}`);
    const run = (...units: string[]) => new Child(namespaces.at(slot, ['python3', '-u', STAND_IN, ...units.map(unit)]), LAMBDA);
    const places = '-f /etc/keepalived/keepalived.conf -p /run/proxy-fleet/parent.pid -r /run/proxy-fleet/child.pid';
    // The distribution's unit, but for the places of its files.
    files.write(
      '/etc/systemd/system/keepalived.service',
      `[Service]\nType=notify\nExecStart=/usr/sbin/keepalived --dont-fork --log-console ${places}\n`,
    );
    this.surroundings = new Child(namespaces.at(slot, ['python3', '-u', join(__dirname, 'member_stand_in.py')]));
    const others = [run('proxy-fleet-watchdog.service'), run('proxy-fleet-heartbeat.service')];
    this.keepalived = run('keepalived.service', 'keepalived.service.d/proxy-fleet.conf');
    this.all = [this.surroundings, ...others, this.keepalived];
  }

  /** Hints that the member's Lambda took since then. */
  hints(since: number): Hint[] {
    const lines = this.surroundings.lines.filter(({ text }) => text.startsWith('{'));
    return lines.map(({ text }): Hint => JSON.parse(text)).filter(({ at }) => at >= since);
  }

  /** Parent and VRRP process of the keepalived that runs now. */
  pids(): { parent: number; child: number } {
    const started = this.keepalived.lines.filter(({ text }) => text.startsWith('started ')).at(-1)?.text ?? '';
    const parent = Number(started.split(' ')[1]);
    return { parent, child: Number(readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ')[0]) };
  }
}
