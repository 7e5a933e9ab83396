/**
 * What one takeover costs: the bundled function, unmodified, over the real SDK against moto. Counts are asserted; times are printed
 * beside their targets, because a test that fails on a busy machine proves nothing.
 */
import { PROBE } from '../../lib/private/takeover-contract';
import { temporaryDirectory } from '../templates/synth';
import { HandlerProcess } from './handler-process';
import { type Moto, startMoto } from './moto';
import { median, table } from './table';
import { callsOf, type RecordedRun, TakeoverRig, untruths } from './takeover-rig';

const TARGET_MS = 300;
/** How long a probe takes that looks at a slot which swallows everything. */
const BLACK_HOLE_MS = (PROBE.attempts - 1) * PROBE.everyMs + PROBE.timeoutMs;
const WARM_TAKEOVERS = 20;
const COLD_TAKEOVERS = 3;
const TIMEOUT_MS = 60_000;

const directory = temporaryDirectory();
let moto: Moto;
let rig: TakeoverRig;

beforeAll(async () => {
  moto = await startMoto(directory);
  rig = await TakeoverRig.start(moto, 'figures');
}, TIMEOUT_MS);

afterAll(async () => {
  await rig?.stop();
  await moto?.stop();
});

beforeEach(() => rig.settle());

/** One takeover from a holder that just died; the front's probes answer at once unless told otherwise. */
async function takeOver(handler?: HandlerProcess, probeMs = 0): Promise<RecordedRun> {
  await rig.settle();
  await rig.killHolder();
  rig.proxy.delays = { lambda: probeMs };
  return rig.record({ hint: 'a slot has gone silent' }, undefined, handler);
}

const issuedAfter = (record: RecordedRun) => (callsOf(record, 'AssociateAddress')[0]?.at ?? Number.NaN) - record.run.at;

test(
  'a takeover needs 3 calls of EC2, 2 of DynamoDB, one probe a zone and one event, warm and cold',
  async () => {
    const warm: RecordedRun[] = [];
    for (let round = 0; round < WARM_TAKEOVERS; round++) warm.push(await takeOver());
    const silent: RecordedRun[] = [];
    for (let round = 0; round < WARM_TAKEOVERS / 2; round++) silent.push(await takeOver(undefined, BLACK_HOLE_MS));
    const cold: RecordedRun[] = [];
    for (let round = 0; round < COLD_TAKEOVERS; round++) {
      const handler = new HandlerProcess('takeover', rig.environment);
      cold.push(await takeOver(handler));
      await handler.stop();
    }

    for (const record of [...warm, ...silent, ...cold]) {
      expect(untruths(record)).toEqual([]);
      expect(record.changes).toHaveLength(1);
      const services = ['ec2', 'dynamodb', 'lambda', 'events'].map((service) => callsOf(record, service));
      expect(services.map(({ length }) => length)).toEqual([3, 2, rig.fleet.topology.probes.length, 1]);
    }
    print(warm, silent, cold);
    expect(median(warm.map(issuedAfter))).toBeLessThan(1000);
  },
  TIMEOUT_MS,
);

test('the association follows its write at once, and the write all looks', async () => {
  const record = await takeOver();

  const order = record.calls.map(({ action }) => action);
  expect(order.slice(0, 2).sort()).toEqual(['DescribeNetworkInterfaces', 'GetItem']);
  expect(order.slice(2)).toEqual([
    ...rig.fleet.topology.probes.map(() => 'Invoke'),
    'UpdateItem',
    'AssociateAddress',
    'DescribeAddresses',
    'PutEvents',
  ]);
});

test('a sweep that finds all well reads EC2 once and the table once, asks the zones, and writes nothing', async () => {
  const record = await rig.record({ 'detail-type': 'Scheduled Event' });

  const [first, second, ...probes] = record.calls.map(({ action }) => action);
  expect([first, second].sort()).toEqual(['DescribeNetworkInterfaces', 'GetItem']);
  expect(probes).toEqual(rig.fleet.topology.probes.map(() => 'Invoke'));
  expect(record.summary).toMatchObject({ outcome: 'done', looks: 1, moves: [], liveSlots: 3 });
  expect(record.after).toEqual(record.before);
});

test('a slot that comes back takes nothing back, and costs no write', async () => {
  await takeOver();
  rig.front.health = () => 'ready';

  const record = await rig.record();

  expect(record.changes).toEqual([]);
  expect(callsOf(record, 'UpdateItem')).toEqual([]);
});

test.each([
  ['null', null],
  ['a text', 'AssociateAddress'],
  ['a number', -1],
  ['a list', [[], [null], 'x']],
  ['an event of S3', { Records: [{ eventSource: 'aws:s3', s3: { bucket: { name: 'b' }, object: { key: '../../x' } } }] }],
  ['an event of SNS', { Records: [{ EventSource: 'aws:sns', Sns: { Message: '{"virtualIp":"www","to":"2"}' } }] }],
  ['an order it was never asked to take', { virtualIp: 'www', from: '1', to: '3', deadline: 0, owner: 'x', kind: 'move' }],
  ['the name of a prototype', JSON.parse('{"__proto__":{"pins":{}},"constructor":{"prototype":{}}}')],
  ['what CloudFormation sends', { RequestType: 'Delete', PhysicalResourceId: 'eipalloc-0', ResponseURL: 'http://127.0.0.1:1/' }],
  ['a megabyte', { detail: 'x'.repeat(1_000_000) }],
])('does the same whatever the hint says: %s', async (_, hint) => {
  const record = await rig.record(hint);

  expect(record.run.error).toBeUndefined();
  expect(record.summary).toMatchObject({ outcome: 'done', looks: 1, moves: [] });
  expect(record.changes).toEqual([]);
  expect(record.after).toEqual(record.before);
  expect(record.calls.map(({ action }) => action).filter((action) => !/^(Describe|Get|Invoke)/.test(action))).toEqual([]);
});

function print(warm: RecordedRun[], silent: RecordedRun[], cold: RecordedRun[]): void {
  const figures = (of: (record: RecordedRun) => number) =>
    [warm, silent, cold].map((records) => {
      const values = records.map(of);
      return `${Math.round(median(values))} (max ${Math.round(Math.max(...values))})`;
    });
  const count = (name: string) => figures((record) => callsOf(record, name).length);
  const verdicts = [warm, silent].map((records) => (median(records.map(issuedAfter)) <= TARGET_MS ? 'OK' : 'missed'));
  const rows = [
    ['median (max)', `warm, ${warm.length} runs`, `warm, probes of ${BLACK_HOLE_MS} ms`, `cold, ${cold.length} runs`, 'target'],
    ['EC2 calls', ...count('ec2'), 'at most 3'],
    ['DynamoDB calls', ...count('dynamodb'), 'at most 2'],
    ['probes', ...count('lambda'), `one a zone: ${rig.fleet.topology.probes.length}`],
    ['events', ...count('events'), '1'],
    ['hint -> AssociateAddress sent, ms', ...figures(issuedAfter), `warm at most ${TARGET_MS}: ${verdicts.join(', ')}`],
    ['hint -> end of the run, ms', ...figures(({ run }) => run.tookMs), ''],
  ];
  process.stdout.write(`\nOne takeover against moto (cold: with the start of Node and the import)\n${table(rows)}\n\n`);
}
