import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEEPALIVED_CONFIG_SCRIPT } from '../../../../lib/host/keepalived-config';
import { priorityOf } from '../../../../rehearsal/planes/heartbeats/vrrp';

/** Priorities of one proxy for every slot, from the configuration that the script writes on its instance. */
function written(own: number, slots: number): number[] {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-fleet-priorities-'));
  const script = join(directory, 'keepalived-config.py');
  const configuration = join(directory, 'keepalived.conf');
  writeFileSync(script, KEEPALIVED_CONFIG_SCRIPT);
  writeFileSync(join(directory, 'ip'), '#!/bin/sh\necho \'[{"ifname":"eth0"}]\'\n', { mode: 0o755 });
  const env = {
    PATH: `${directory}:${process.env.PATH}`,
    SLOT: String(own),
    ADVERT_MS: '200',
    ADDRESSES: Array.from({ length: slots }, (_, index) => `10.0.0.${index + 1}`).join(' '),
  };
  execFileSync('python3', [script, configuration], { env });
  return [...readFileSync(configuration, 'utf8').matchAll(/^ {2}priority (\d+)/gm)].map((match) => Number(match[1]));
}

test.each([
  [1, 2],
  [1, 3],
  [2, 3],
  [3, 3],
  [4, 6],
])('the priorities of proxy %i of %i are those of the generated configuration', (own, slots) => {
  const modelled = Array.from({ length: slots }, (_, slot) => priorityOf(own - 1, slot, slots));

  expect(modelled).toEqual(written(own, slots));
});
