// How fast failovers are simulated, and what more clients and more slots cost: rounds are interleaved, so that whatever else the machine
// does meets all rows alike, and ratios are formed within a round. Usage: node scripts/bench-simulate.mjs [rounds]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Failovers of three slots a second, with CLIENTS clients in each, on two workers. */
const TARGET = 1000;
const CLIENTS = 200;
/** What a hundred times the clients or ten times the slots may cost beyond a hundred times or ten times as much. */
const LINEAR = 1.5;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? 5);
if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`usage: node scripts/bench-simulate.mjs [rounds], got '${process.argv[2]}'\n`);
  process.exit(2);
}

const scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-bench-'));
const row = (slots, clients, runs, workers = 1) => ({ slots, clients, runs, workers, template: template(slots) });
const idle = row(3, 1, 1);
const speed = row(3, CLIENTS, 40_000, 2);
// The same number of clients in all, so that ratios of times are ratios of the cost of one.
const byClients = [1000, 10_000, 100_000].map((clients) => row(3, clients, 2_000_000 / clients));
const bySlots = [10, 30, 100].map((slots) => row(slots, 1000, 300));
const rows = [idle, speed, ...byClients, ...bySlots];

try {
  const seconds = new Map(rows.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const each of rows) seconds.get(each).push(play(each));
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  tell(seconds);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Wall-clock seconds of a whole call. */
function play({ template: file, clients, runs, workers }) {
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [
    join(root, 'assets', 'cli', 'proxy-fleet.js'),
    'simulate',
    file,
    ...Object.entries({ clients, runs, workers, seed: 1 }).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ]);
  if (status !== 0) throw new Error(`the simulation ended with status ${status}: ${stderr}`);
  return (performance.now() - started) / 1000;
}

function tell(seconds) {
  /** Without what the command line takes for nothing. */
  const net = (each) => seconds.get(each).map((value, round) => value - seconds.get(idle)[round]);
  const rate = spread(net(speed).map((value) => speed.runs / value));
  say(`failovers a second, 3 slots, ${CLIENTS} clients, 2 workers`, rate, rate.median >= TARGET, `at least ${TARGET}`);
  for (const each of byClients.slice(1)) {
    const ratio = spread(net(each).map((value, round) => value / net(byClients[0])[round]));
    const what = `cost of a client, ${each.clients} to ${byClients[0].clients} clients a failover`;
    say(what, ratio, ratio.median <= LINEAR, `at most ${LINEAR}`);
  }
  for (const each of bySlots.slice(1)) {
    const times = each.slots / bySlots[0].slots;
    const ratio = spread(net(each).map((value, round) => value / net(bySlots[0])[round] / times));
    say(`cost of a slot, ${each.slots} to ${bySlots[0].slots} slots`, ratio, ratio.median <= LINEAR, `at most ${LINEAR}`);
  }
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
}

function say(what, { min, median, max }, kept, target) {
  const figures = [min, median, max].map((value) => (value < 100 ? value.toFixed(2) : String(Math.round(value)))).join(' / ');
  process.stdout.write(`${what}: ${figures} (min / median / max of ${rounds}), ${target} ${kept ? 'OK' : 'missed'}\n`);
}

/** A name with so many addresses, each with its health check. */
function template(slots) {
  const addresses = Array.from({ length: slots }, (_, index) => `198.51.100.${index + 1}`);
  const resources = addresses.flatMap((address, index) => [
    [`Check${index}`, { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: check(address) } }],
    [`Record${index}`, { Type: 'AWS::Route53::RecordSet', Properties: record(address, index) }],
  ]);
  const file = join(scratch, `${slots}.json`);
  writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(resources) }));
  return file;
}

function check(address) {
  return { Type: 'HTTP', IPAddress: address, Port: 80, RequestInterval: 10, FailureThreshold: 3 };
}

function record(address, index) {
  return {
    HostedZoneId: 'Z1',
    Name: 'www.example.com',
    Type: 'A',
    TTL: '60',
    SetIdentifier: address,
    MultiValueAnswer: true,
    HealthCheckId: { Ref: `Check${index}` },
    ResourceRecords: [address],
  };
}
