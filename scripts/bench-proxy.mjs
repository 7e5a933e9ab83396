// What a request costs: load through the stock configuration of the distribution, through the same laid bare, through the one that the
// library writes, and straight to the target. Counted are requests per CPU second of the proxy, because the machine that makes the load
// is this one, too; ratios are formed within a round, and rounds are shuffled. `npm run bench:proxy -- --help` tells the options.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLogSink } from './bench-proxy/log-sink.mjs';
import { readOptions, UsageError } from './bench-proxy/options.mjs';
import { killAll } from './bench-proxy/processes.mjs';

process.env.CDK_VALIDATION ??= 'false';

const say = (text) => process.stdout.write(`${text}\n`);
let scratch;

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, async () => {
    await clear();
    process.exit(status);
  });
}

try {
  process.exitCode = await bench(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
} finally {
  await clear();
}

async function bench(options) {
  // They load the library.
  const [{ findTools }, { startEngine, startTarget }, { measure }, { ratios, tables, verdicts }] = await Promise.all(
    ['tools', 'contenders', 'rounds', 'report'].map((name) => import(`./bench-proxy/${name}.mjs`)),
  );
  const tools = findTools();
  scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-bench-'));
  const log = await openLogSink();
  const direct = await startTarget(tools, scratch);
  const engines = [];
  for (const engine of options.engines) engines.push(await startEngine(engine, tools, { scratch, log }));
  const missing = new Map(engines.map((each) => [each.engine, each.missing]));
  const proxies = engines.flatMap((each) => each.proxies);
  const { rounds, seconds, seed } = options;
  const versions = [`HAProxy ${tools.haproxy.version ?? 'missing'}`, `nginx ${tools.nginx.version ?? 'missing'}`];
  const setting = `${rounds} rounds of ${seconds} s a load, seed ${seed}, ${tools.load.name}, ${versions.join(', ')}; ${tools.pins.said}`;
  say(setting);
  const progress = (text) => process.stderr.write(`${text}\n`);
  const measured = proxies.length === 0 ? [] : await measure([direct, ...proxies], tools, { rounds, seconds, seed, progress });
  const { lines, failed } = verdicts(measured, { engines: options.engines, missing });
  say(`\n${tables(measured)}\n\n${lines.join('\n')}`);
  if (options.json)
    writeFileSync(options.json, JSON.stringify({ setting, ratios: ratios(measured), verdicts: lines, measured }, null, 2));
  if (proxies.length === 0) return 2;
  return failed ? 1 : 0;
}

async function clear() {
  await killAll();
  if (scratch) rmSync(scratch, { recursive: true, force: true });
}
