// Measures one takeover of the bundled function against moto: calls, time from the hint to the association, and what becomes of it
// when EC2 is slow or throttles. Rounds are interleaved, so that whatever else the machine does meets all rows alike; the ratios to
// the first row are formed within a round. The pieces are those of the tests. Five rounds take about ten minutes, most of which is
// the function's own waiting: `npm run bench`, or this script with a number of rounds
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { require as typescript } from 'tsx/cjs/api';

const pieceOf = (name) => typescript(`../test/emulators/${name}.ts`, import.meta.url);
const { startMoto } = pieceOf('moto');
const { median, table } = pieceOf('table');
const { callsOf, TakeoverRig, untruths } = pieceOf('takeover-rig');

const rounds = Number(process.argv[2] ?? 5);
const TARGET_MS = 300;
/** Like the sweep, for runs that gave up: more of them would only wait longer. */
const RUNS = 4;
/** Takeovers that are not counted: the first ones in a process are slower. */
const WARM_UP = 3;

const DELAYS = [0, 50, 100].map((ms) => ({ name: `every EC2 call takes ${ms} ms longer`, delay: ms }));
const THROTTLES = ['AssociateAddress', 'DescribeNetworkInterfaces'].flatMap((action) =>
  [3, 10, 50].map((times) => ({ name: `${action} throttled x${times}`, fault: { action, kind: 'throttled', times } })),
);
const ROWS = [...DELAYS, ...THROTTLES];

if (!Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(`usage: node scripts/bench-takeover.mjs [rounds], got '${process.argv[2]}'\n`);
  process.exit(2);
}

const directory = mkdtempSync(join(tmpdir(), 'proxy-fleet-bench-'));
const moto = await startMoto(directory);
const rig = await TakeoverRig.start(moto, 'bench');
try {
  for (let round = 0; round < WARM_UP; round++) await measure(ROWS[0]);
  const results = new Map(ROWS.map(({ name }) => [name, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const row of ROWS) results.get(row.name).push(await measure(row));
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  print(results);
} finally {
  await rig.stop();
  await moto.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** One takeover, by as many runs as it needs. Runs follow each other at once; in an account a sweep or a hint starts them. */
async function measure({ delay, fault }) {
  await rig.settle();
  await rig.killHolder();
  if (delay) rig.proxy.delays = { ec2: delay };
  if (fault) rig.proxy.inject(fault);
  const records = [];
  do records.push(await rig.record());
  while (records.at(-1).changes.length === 0 && records.length < RUNS);
  const began = records[0].run.at;
  const associations = records.flatMap((record) => callsOf(record, 'AssociateAddress'));
  return {
    calls: ['ec2', 'dynamodb', 'lambda', 'events'].map((name) => records.flatMap((record) => callsOf(record, name)).length),
    issued: (associations[0]?.at ?? Number.NaN) - began,
    effective: (associations.find(({ status }) => status === 200)?.at ?? Number.NaN) - began,
    runs: records.length,
    failed: records.filter(({ run }) => run.error !== undefined).length,
    moved: records.at(-1).changes.length === 1,
    untrue: records.flatMap(untruths),
  };
}

function print(results) {
  const base = results.get(ROWS[0].name);
  const spread = (values, digits) => {
    if (values.some(Number.isNaN)) return `never in ${values.filter(Number.isNaN).length} of ${values.length}`;
    return `${median(values).toFixed(digits)} (${Math.min(...values).toFixed(digits)}..${Math.max(...values).toFixed(digits)})`;
  };
  const rows = ROWS.map(({ name }) => {
    const all = results.get(name);
    const ratios = all.map(({ effective }, round) => effective / base[round].effective);
    const [ec2, dynamodb, probes, events] = [0, 1, 2, 3].map((index) => String(median(all.map(({ calls }) => calls[index]))));
    return [
      name,
      spread(
        all.map(({ issued }) => issued),
        0,
      ),
      spread(
        all.map(({ effective }) => effective),
        0,
      ),
      spread(ratios, 1),
      ec2,
      dynamodb,
      probes,
      events,
      `${all.filter(({ moved }) => moved).length}/${all.length}`,
      String(median(all.map(({ runs }) => runs))),
      String(median(all.map(({ failed }) => failed))),
      String(all.flatMap(({ untrue }) => untrue).length),
    ];
  });
  const head = ['', 'first sent, ms', 'accepted one sent, ms', 'ratio', 'EC2', 'DynamoDB', 'probes', 'events', 'moved', 'runs'];
  process.stdout.write(
    `\nFrom the hint to AssociateAddress: warm, against moto, median (min..max) of ${rounds} interleaved rounds.\n` +
      `A run that failed is followed by the next one at once, up to ${RUNS}; in an account by a hint or the next sweep.\n\n` +
      `${table([[...head, 'failed', 'untrue'], ...rows])}\n` +
      `target: at most ${TARGET_MS} ms without faults: ${median(base.map(({ issued }) => issued)) <= TARGET_MS ? 'OK' : 'missed'}\n`,
  );
}
