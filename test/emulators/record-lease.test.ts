/** The record function's lease: its table, over the SDK against moto, and what stands for it in memory must answer alike. */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { MemoryRecordLease } from '../../rehearsal/planes/memory-record-lease';
import { DynamoRecordLease } from '../../runtime/aws/dynamo-record-lease';
import type { RecordLease } from '../../runtime/instance-record-ports';
import { temporaryDirectory } from '../templates/synth';
import { type Moto, REGION, startMoto } from './moto';

const TIMEOUT_MS = 60_000;
const NOTHING = { forget: { live: [], leaving: [] }, pending: [] };
const PENDING = [{ id: '/change/C1', keys: ['Z1 www.example.com A owner-i-1-1', 'Z1 www.example.com A owner-i-2-1'] }];
const directory = temporaryDirectory();
let moto: Moto;
let dynamo: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  moto = await startMoto(directory);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  dynamo = new DynamoDBClient({ endpoint: moto.endpoint, region: REGION, credentials });
}, TIMEOUT_MS);

afterAll(async () => {
  dynamo?.destroy();
  await moto?.stop();
});

async function inMoto(): Promise<RecordLease> {
  const TableName = `records-${++tables}`;
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  return new DynamoRecordLease(dynamo, TableName);
}

describe.each<[string, () => Promise<RecordLease>]>([
  ['in memory', async () => new MemoryRecordLease()],
  ['in DynamoDB', inMoto],
])('%s', (_, make) => {
  let lease: RecordLease;

  beforeEach(async () => {
    lease = await make();
  });

  test('begins with nothing, and is for one run at a time until that one is dead for certain', async () => {
    expect(await lease.take('one', 1000, 2000)).toEqual({ notes: { version: 0, live: [], leaving: [] }, pending: [] });
    expect(await lease.take('two', 2000, 3000)).toBeUndefined();
    expect(await lease.take('one', 2000, 3000)).toBeDefined();
    expect(await lease.take('two', 3001, 4000)).toBeDefined();
    await lease.release('one');
    expect(await lease.take('three', 3002, 4000)).toBeUndefined();
  });

  test('tells the run that is at it what was noted meanwhile, and what it is told twice only once', async () => {
    await lease.take('one', 1000, 2000, { live: 'i-1' });
    expect(await lease.take('two', 1500, 2500, { live: 'i-2' })).toBeUndefined();
    expect(await lease.take('three', 1500, 2500, { live: 'i-2' })).toBeUndefined();
    expect(await lease.take('four', 1500, 2500, { leaving: 'i-3' })).toBeUndefined();

    const notes = await lease.finish('one', 1, NOTHING);
    expect({ ...notes, live: [...(notes?.live ?? [])].sort() }).toEqual({ version: 3, live: ['i-1', 'i-2'], leaving: ['i-3'] });
    expect(await lease.finish('one', 3, { ...NOTHING, forget: { live: ['i-1'], leaving: ['i-3'] } })).toBeUndefined();
    expect(await lease.take('five', 1600, 2600)).toEqual({ notes: { version: 3, live: ['i-2'], leaving: [] }, pending: [] });
  });

  test('keeps what is pending until a run knows better', async () => {
    const pendingOf = async (run: string) => (await lease.take(run, 1000, 2000))?.pending;
    expect(await pendingOf('one')).toEqual([]);
    await lease.finish('one', 0, { ...NOTHING, pending: PENDING });
    expect(await pendingOf('two')).toEqual(PENDING);
    await lease.release('two');
    expect(await pendingOf('three')).toEqual(PENDING);
    await lease.finish('three', 0, NOTHING);
    expect(await pendingOf('four')).toEqual([]);
    await lease.release('four', PENDING);
    expect(await pendingOf('five')).toEqual(PENDING);
    await lease.release('another', []);
    await lease.release('five', []);
    expect(await pendingOf('six')).toEqual([]);
  });
});
