// Rehearses the demo for real: ten seeds at ten times the speed, once in real time, which takes about four minutes, and what happens to
// its virtual IPs, in real time as ever; a part of it once more with nginx, where there is one. Others are played where there is what they
// break: the loss of DNS takes targets that have a name, adoption a name that leads to virtual IPs, failover a name with two branches, and others an elastic fleet of either
// addressing, public or private.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assembly = mkdtempSync(join(tmpdir(), 'proxy-fleet-full-'));
const play = (directory, ...options) =>
  execFileSync(process.execPath, [join(root, 'assets', 'cli', 'proxy-fleet.js'), 'rehearse', directory, ...options], {
    stdio: 'inherit',
  });
const nginx = join(assembly, 'nginx');
const synth = (directory, ...options) =>
  execFileSync(join(root, 'node_modules', '.bin', 'cdk'), ['synth', '--quiet', '--output', directory, ...options], {
    cwd: root,
    stdio: 'inherit',
  });
const example = (name) => {
  const directory = join(assembly, name);
  execFileSync(join(root, 'node_modules', '.bin', 'tsx'), [join(root, 'examples', name, 'app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: directory },
    stdio: 'inherit',
  });
  return directory;
};
const rehearse = (...options) => play(assembly, ...options);
try {
  synth(assembly);
  rehearse('--runs', '10', '--seed', '1');
  rehearse('--time-scale', '1', '--seed', '1');
  rehearse('--scenario', 'vip-crash', '--runs', '10', '--seed', '1');
  rehearse('--scenario', 'vip-hang', '--runs', '5', '--seed', '1');
  rehearse('--scenario', 'vip-planned-move', '--runs', '5', '--seed', '1');
  rehearse('--scenario', 'vip-all-dead', '--seed', '1');
  rehearse('--scenario', 'vip-flap', '--seed', '1');
  rehearse('--scenario', 'hang', '--runs', '5', '--seed', '1');
  rehearse('--scenario', 'black-hole', '--runs', '5', '--seed', '1');
  rehearse('--scenario', 'drain', '--runs', '5', '--seed', '1');
  rehearse('--scenario', 'target-loss', '--seed', '1');
  rehearse('--scenario', 'reload', '--seed', '1');
  play(example('multivalue-name'), '--scenario', 'dns-loss', '--seed', '1');
  if (spawnSync(process.env.NGINX_BINARY ?? 'nginx', ['-v']).status === 0) {
    synth(nginx, '-c', 'engine=nginx');
    for (const scenario of ['crash', 'vip-crash', 'hang', 'black-hole', 'drain', 'target-loss', 'reload'])
      play(nginx, '--scenario', scenario, '--seed', '1');
  } else process.stdout.write('skipped: no nginx on PATH, so the fleet of nginx is not rehearsed\n');
  for (const scenario of ['instance-loss', 'zone-loss', 'scale-out', 'storm', 'scale-in', 'refresh'])
    play(example('elastic-fleet'), '--scenario', scenario, '--seed', '1');
  for (const scenario of ['instance-loss', 'scale-in', 'refresh', 'spot-interruption', 'api-loss'])
    play(example('instance-addresses'), '--scenario', scenario, '--seed', '1');
  for (const scenario of ['instance-loss', 'zone-loss', 'storm', 'scale-in', 'refresh'])
    play(example('private-fleet'), '--scenario', scenario, '--seed', '1');
  play(example('both-ways'), '--scenario', 'adoption', '--runs', '5', '--seed', '1');
  play(example('two-regions'), '--stack', 'Frankfurt', '--scenario', 'failover', '--runs', '5', '--seed', '1');
} catch {
  process.exitCode = 1;
} finally {
  rmSync(assembly, { recursive: true, force: true });
}
