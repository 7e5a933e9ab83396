/** The files of a proxy's heartbeats below a folder of the test, with the places they name changed accordingly and nothing else. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type HeartbeatOptions, renderHeartbeatFile } from '../../lib/host/heartbeat-file';
import { PROGRAMS } from '../../lib/host/programs';
import { SLOT_ENVIRONMENT_PATH } from '../../lib/private/contract';

const PLACES = ['/etc/proxy-fleet', '/opt/proxy-fleet', '/run/proxy-fleet', '/etc/keepalived', '/etc/systemd/system'];

/** What the fleet of a test is told when the test does not say otherwise. */
export function fleetOf(addresses: string[], slot = '1'): HeartbeatOptions {
  return {
    slots: addresses.map((address, index) => ({ slot: String(index + 1), address })),
    slot,
    advertMs: 200,
    functionName: 'arn:aws:lambda:eu-central-1:123456789012:function:takeover',
    region: 'eu-central-1',
  };
}

export class HostFiles {
  constructor(
    readonly directory: string,
    options: HeartbeatOptions,
  ) {
    for (const place of PLACES) mkdirSync(this.place(place), { recursive: true });
    const { path, content } = renderHeartbeatFile(options);
    for (const [place, text] of Object.entries({ ...PROGRAMS, [path]: content, [SLOT_ENVIRONMENT_PATH]: "LISTENERS=''\n" }))
      this.write(place, text);
  }

  /** Where a file of the instance lies here. */
  place(path: string): string {
    return join(this.directory, path);
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(this.place(path)), { recursive: true });
    writeFileSync(this.place(path), this.change(content));
  }

  private change(content: string): string {
    const moved = PLACES.reduce((text, place) => text.replaceAll(place, this.place(place)), content);
    // keepalived checks the file at its own place unless it is told another.
    return moved.replace('keepalived -t\n', `keepalived -t -f ${this.place('/etc/keepalived/keepalived.conf')}\n`);
  }
}
