// The proxies that are compared, each on a loopback address of its own, and the target that they share.
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { generated, nginxModules, placesOn } from './generated.mjs';
import { SMALL } from './load.mjs';
import { start } from './processes.mjs';
import { bareHaproxy, bareNginx, stockHaproxy, stockNginx } from './stock.mjs';
import { targetCommand, userLine } from './target.mjs';

/** How long checks of targets may take until a proxy passes traffic on. */
const READY_WITHIN_MS = 15_000;

/** Hardly ever those of another run at the same time. */
const net = 128 + (process.pid % 100);
const TARGETS = [1, 2].map((host) => ({ address: `127.${net}.0.${host}`, port: 9000 }));
const ADDRESSES = { stock: `127.${net}.1.1`, generated: `127.${net}.2.1`, bare: `127.${net}.3.1` };
const CONFIGURATIONS = {
  haproxy: { stock: stockHaproxy, bare: bareHaproxy, generated: (options) => generated('haproxy', options) },
  nginx: { stock: loadable(stockNginx), bare: loadable(bareNginx), generated: (options) => generated('nginx', options) },
};

/** With the lines that the library's own gets where it is made to fit. */
function loadable(configuration) {
  return (options) => `${userLine()}${nginxModules('stream').join('\n')}\n${configuration(options)}`;
}

/** The target as if it were a proxy: nobody in between. */
export async function startTarget(tools, scratch) {
  const directory = join(scratch, 'target');
  mkdirSync(directory);
  const process = start([...tools.pins.others, ...targetCommand(tools, TARGETS, directory)]);
  const direct = { engine: 'target', variant: 'direct', process, http: TARGETS[0], tcp: TARGETS[0] };
  await ready(direct);
  return direct;
}

/** Stock, bare and generated of an engine, or why they cannot be compared. */
export async function startEngine(engine, tools, { scratch, log }) {
  const { missing } = tools[engine];
  if (missing) return { engine, missing, proxies: [] };
  const proxies = [];
  for (const [variant, configuration] of Object.entries(CONFIGURATIONS[engine])) {
    const directory = join(scratch, `${engine}-${variant}`);
    mkdirSync(directory);
    const address = engine === 'nginx' ? ADDRESSES[variant].replace(/1$/, '2') : ADDRESSES[variant];
    const places = placesOn(address);
    const file = join(directory, 'proxy.conf');
    const options = { ...places, address, targets: TARGETS, directory, log };
    writeFileSync(file, configuration(options));
    writeFileSync(join(directory, 'state.map'), 'state serving\n');
    const process = start([...tools.pins.proxy, ...commandOf(engine, tools, { file, directory })]);
    const proxy = { engine, variant, process, ...places };
    await ready(proxy);
    proxies.push(proxy);
  }
  return { engine, proxies };
}

/** As the distributions' units start them, but that they stay in the foreground. */
function commandOf(engine, { haproxy, nginx }, { file, directory }) {
  if (engine === 'haproxy') return [haproxy.path, '-W', '-db', '-f', file];
  return [nginx.path, '-p', directory, '-e', 'stderr', '-c', file];
}

/** Waits until traffic gets through. */
async function ready({ engine, variant, process, http, tcp }) {
  const deadline = performance.now() + READY_WITHIN_MS;
  const passes = async () => (await status(http)) === 200 && (await status(tcp)) === 200;
  while (!(await passes())) {
    if (process.status !== undefined) throw new Error(`${engine}, ${variant}, did not start: ${process.said}`);
    if (performance.now() > deadline)
      throw new Error(`${engine}, ${variant}, passed no traffic within ${READY_WITHIN_MS / 1000} s: ${process.said}`);
    await pause(50);
  }
}

function status({ address, port }) {
  return new Promise((resolve) => {
    const call = get({ host: address, port, path: SMALL, agent: false, timeout: 2000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(0));
  });
}
