/**
 * Every fault at every call of a takeover: the bundled function, unmodified, over the real SDK against moto behind the fault proxy.
 * Whatever the run then says must be so, and the run after it must have repaired what the fault left.
 */
import { temporaryDirectory } from '../templates/synth';
import type { Fault } from './fault-proxy';
import type { FleetSlot } from './fleet-in-moto';
import { type Moto, startMoto } from './moto';
import { table } from './table';
import { callsOf, type RecordedRun, TakeoverRig, untruths } from './takeover-rig';

const TIMEOUT_MS = 120_000;
/** Rigs that work off the faults at the same time: they mostly wait. */
const LANES = 4;
/** Time for one look and no other, in milliseconds. */
const ONE_LOOK_MS = 20_000;

const READS = ['DescribeNetworkInterfaces', 'GetItem', 'DescribeAddresses'];
const WRITES = ['UpdateItem', 'AssociateAddress', 'PutEvents'];
const FAULTS: Omit<Fault, 'action'>[] = [
  { kind: 'throttled', times: 3 },
  { kind: 'throttled', times: 50 },
  { kind: 'error', times: 1 },
  { kind: 'error', times: 3 },
  { kind: 'silent', times: 1 },
  { kind: 'lost', times: 1 },
  { kind: 'lost', times: 3 },
];

interface Scenario {
  readonly name: string;
  readonly fault: Fault;
  /** Only the probe of this zone; for Invoke. */
  readonly zone?: number;
}

const AT: Pick<Scenario, 'name' | 'zone'>[] = [
  ...[...READS, ...WRITES, 'Invoke'].map((name) => ({ name })),
  { name: 'Invoke of one zone', zone: 1 },
];

const nameOf = ({ kind, times }: Pick<Fault, 'kind' | 'times'>) => `${kind} x${times}`;

const SCENARIOS = FAULTS.flatMap((fault) =>
  AT.map(({ name, zone }): Scenario => {
    const action = zone === undefined ? name : 'Invoke';
    return { name: `${name} ${nameOf(fault)}`, fault: { ...fault, action }, zone };
  }),
);

interface Outcome {
  readonly dead: FleetSlot;
  readonly spoiled: RecordedRun;
  /** The run after it, without faults. */
  readonly next: RecordedRun;
}

const directory = temporaryDirectory();
let moto: Moto;
let rigs: TakeoverRig[] = [];
const outcomes = new Map<string, Outcome>();

const outcomeOf = (name: string) => outcomes.get(name) as Outcome;

beforeAll(async () => {
  moto = await startMoto(directory);
  const starts = await Promise.allSettled(Array.from({ length: LANES }, (_, lane) => TakeoverRig.start(moto, `lane-${lane}`)));
  rigs = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  for (const start of starts) if (start.status === 'rejected') throw start.reason;
  // The longest ones first.
  const queue = [...SCENARIOS].sort((a, b) => b.fault.times - a.fault.times);
  await Promise.all(
    rigs.map(async (lane) => {
      for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
        outcomes.set(scenario.name, await play(lane, scenario));
      }
    }),
  );
  print();
}, TIMEOUT_MS);

afterAll(async () => {
  await Promise.all(rigs.map((each) => each.stop()));
  await moto?.stop();
});

async function play(lane: TakeoverRig, { fault, zone }: Scenario): Promise<Outcome> {
  await lane.settle();
  const dead = await lane.killHolder();
  const functionName = zone === undefined ? undefined : lane.fleet.topology.probes[zone]?.functionName;
  lane.proxy.inject({ ...fault, functionName });
  const spoiled = await lane.record({}, fault.times > 10 ? ONE_LOOK_MS : undefined);
  lane.proxy.reset();
  return { dead, spoiled, next: await lane.record() };
}

describe.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('%s', (name, { fault }) => {
  test('what the run says is true', () => {
    const { spoiled } = outcomeOf(name);

    expect(spoiled.calls.filter((call) => call.fault === fault.kind).map(({ action }) => action)).toContain(fault.action);
    expect(untruths(spoiled)).toEqual([]);
  });

  test('the next run leaves the address on a living slot, moved once in all, and has nothing to add', () => {
    const { dead, spoiled, next } = outcomeOf(name);

    expect(untruths(next)).toEqual([]);
    expect(next.summary?.outcome).toBe('done');
    expect(next.to?.slot).not.toBe(dead.slot);
    expect([...spoiled.changes, ...next.changes]).toHaveLength(1);
  });
});

const movedAtOnce = (name: string) => outcomeOf(name).spoiled.summary?.moves.length === 1;

test('one fault of any kind at any call costs no run', () => {
  const once = SCENARIOS.filter(({ fault }) => fault.times === 1).map(({ name }) => name);

  expect(once.filter((name) => !movedAtOnce(name))).toEqual([]);
});

test.each(['PutEvents', 'Invoke of one zone'])('%s: no fault keeps the address from moving', (action) => {
  expect(FAULTS.filter((fault) => !movedAtOnce(`${action} ${nameOf(fault)}`))).toEqual([]);
});

test('a throttled AssociateAddress is not repeated by the SDK but tried again by the same run, behind a fresh look', () => {
  const { spoiled } = outcomeOf('AssociateAddress throttled x3');

  expect(spoiled.summary).toMatchObject({ outcome: 'done', looks: 4, moves: [expect.anything()] });
});

test('an AssociateAddress that EC2 answers with an error of its own is repeated at once', () => {
  const { spoiled } = outcomeOf('AssociateAddress error x1');

  expect(spoiled.summary).toMatchObject({ outcome: 'done', looks: 1, moves: [expect.anything()] });
  expect(callsOf(spoiled, 'AssociateAddress')).toHaveLength(2);
});

test('throttling without an end fails the run, wherever nobody may act blindly', () => {
  for (const action of ['DescribeNetworkInterfaces', 'GetItem', 'UpdateItem', 'AssociateAddress', 'DescribeAddresses']) {
    expect(outcomeOf(`${action} throttled x50`).spoiled.run.error).toMatch(/RequestLimit|Throughput|does not show/);
  }
});

test('an AssociateAddress that EC2 refused uses up none of the moves of the window', () => {
  const { spoiled } = outcomeOf('AssociateAddress throttled x50');

  expect(spoiled.after.state.moves).toEqual({});
  expect(spoiled.after.state.pending).toBeUndefined();
});

test('an AssociateAddress whose answer is lost is not repeated, and leads to one change and one report', () => {
  for (const times of [1, 3]) {
    const { spoiled } = outcomeOf(`AssociateAddress lost x${times}`);

    expect(callsOf(spoiled, 'AssociateAddress')).toHaveLength(1);
    expect(spoiled.changes).toHaveLength(1);
    expect(spoiled.summary?.moves).toHaveLength(1);
    expect(spoiled.events).toHaveLength(1);
  }
});

test('a write whose answer is lost is known by its writer', () => {
  const { spoiled } = outcomeOf('UpdateItem lost x1');

  expect(callsOf(spoiled, 'UpdateItem').map(({ status }) => status)).toEqual([200, 400]);
  expect(spoiled.log.map(({ event }) => event)).toEqual(['moved']);
});

test('without any observer nothing moves, nobody counts as dead, and the log says that nobody could judge', () => {
  const { spoiled } = outcomeOf('Invoke throttled x50');

  expect(spoiled.summary).toMatchObject({ moves: [], decisions: [{ action: 'keep', health: 'unknown' }] });
  expect(spoiled.log.map(({ event }) => event)).toEqual(['unknown']);
});

function print(): void {
  const cell = (name: string) => {
    const { run, summary } = outcomeOf(name).spoiled;
    const what = run.error !== undefined ? 'failed' : summary?.moves.length ? 'moved' : 'kept';
    return `${what} ${(run.tookMs / 1000).toFixed(1)} s`;
  };
  const rows = [
    ['', ...FAULTS.map(nameOf)],
    ...AT.map(({ name }) => [name, ...FAULTS.map((fault) => cell(`${name} ${nameOf(fault)}`))]),
  ];
  const own = SCENARIOS.filter(({ name }) => movedAtOnce(name)).length;
  process.stdout.write(
    `\nThe run that a fault met (the run after it repaired the rest)\n${table(rows)}\n` +
      `${own} of ${SCENARIOS.length} moved the address in the very run; untrue reports: ` +
      `${SCENARIOS.flatMap(({ name }) => untruths(outcomeOf(name).spoiled)).length}\n\n`,
  );
}
