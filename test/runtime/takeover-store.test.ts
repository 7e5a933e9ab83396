import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoTakeoverStore } from '../../runtime/aws/dynamo-takeover-store';
import { EMPTY_STATE } from '../../runtime/core/model';
import type { TakeoverState, TakeoverStore } from '../../runtime/ports';
import { CountingStore } from './counting-store';
import { FakeDynamo } from './fake-dynamo';
import { NOW } from './sights';

const STATE: TakeoverState = {
  ...EMPTY_STATE,
  moves: { Vip1: [NOW] },
  tombstones: ['Vip2'],
  pending: { virtualIp: 'Vip1', allocationId: 'eipalloc-1', interfaceId: 'eni-1', privateAddress: '10.0.1.9', at: NOW },
};

/** The real store over a table that really has conditions. */
function dynamo(): { store: DynamoTakeoverStore; table: FakeDynamo; send: ReturnType<typeof mockClient> } {
  const table = new FakeDynamo();
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } });
  const send = mockClient(client);
  send.on(GetItemCommand).callsFake(() => ({ Item: table.item }));
  send.on(UpdateItemCommand).callsFake((input) => table.update(input));
  return { store: new DynamoTakeoverStore(client, 'Table'), table, send };
}

// The fake of the other tests must be what it stands for.
describe.each<[string, () => TakeoverStore]>([
  ['DynamoDB', () => dynamo().store],
  ['the memory of the tests', () => new CountingStore()],
])('the state in %s', (_where, make) => {
  test('begins empty', async () => {
    expect(await make().read()).toEqual({ epoch: 0, state: EMPTY_STATE });
  });

  test('is what was written last, under an epoch that every write raises', async () => {
    const store = make();

    expect(await store.commit(await store.read(), EMPTY_STATE, 'first')).toBe(true);
    expect(await store.commit(await store.read(), STATE, 'second')).toBe(true);

    expect(await store.read()).toEqual({ epoch: 2, state: STATE });
  });

  test('is not overwritten by who read it before somebody else wrote', async () => {
    const store = make();
    const early = await store.read();
    await store.commit(early, STATE, 'first');
    const late = await store.read();
    await store.commit(late, STATE, 'first');

    expect(await store.commit(early, EMPTY_STATE, 'second')).toBe(false);
    expect(await store.commit(late, EMPTY_STATE, 'second')).toBe(false);

    expect(await store.read()).toEqual({ epoch: 2, state: STATE });
  });

  test('takes one of ten writes that are made at the same time', async () => {
    const store = make();
    const stored = await store.read();

    const written = await Promise.all(Array.from({ length: 10 }, (_, index) => store.commit(stored, STATE, `racer-${index}`)));

    expect(written.filter((done) => done)).toHaveLength(1);
    expect(await store.read()).toMatchObject({ epoch: 1 });
  });
});

describe('the DynamoDB adapter', () => {
  test('keeps everything in one item', async () => {
    const { store, table } = dynamo();

    await store.commit(await store.read(), STATE, 'first');

    expect(table.item).toEqual({
      id: { S: 'fleet' },
      epoch: { N: '1' },
      writer: { S: 'first' },
      state: { S: JSON.stringify(STATE) },
    });
  });

  test('takes one consistent read to read and one update to write, of the one table', async () => {
    const { store, send } = dynamo();

    await store.commit(await store.read(), STATE, 'first');

    expect(send.calls().map(({ args: [{ input }] }) => input)).toEqual([
      { TableName: 'Table', Key: { id: { S: 'fleet' } }, ConsistentRead: true },
      expect.objectContaining({ TableName: 'Table', Key: { id: { S: 'fleet' } } }),
    ]);
  });

  test('knows its own write again when the SDK repeats a call whose answer was lost', async () => {
    const { store } = dynamo();
    const stored = await store.read();
    await store.commit(stored, STATE, 'first');

    expect(await store.commit(stored, STATE, 'first')).toBe(true);
    expect(await store.read()).toEqual({ epoch: 1, state: STATE });
  });

  test("takes neither another one's write for its own, nor an earlier one of its own", async () => {
    const { store } = dynamo();
    const empty = await store.read();
    await store.commit(empty, STATE, 'first');
    await store.commit(await store.read(), STATE, 'first');

    expect(await store.commit(empty, EMPTY_STATE, 'first')).toBe(false);
    expect(await store.commit({ epoch: 1, state: STATE }, EMPTY_STATE, 'second')).toBe(false);
  });

  test('reads what an older version wrote, and writes on top of it', async () => {
    const { store, table } = dynamo();
    table.item = {
      id: { S: 'fleet' },
      epoch: { N: '7' },
      owner: { S: 'run' },
      state: { S: JSON.stringify({ moves: { Vip1: [NOW] }, tombstones: ['Vip2'] }) },
    };

    const stored = await store.read();

    expect(stored).toEqual({ epoch: 7, state: { ...EMPTY_STATE, moves: { Vip1: [NOW] }, tombstones: ['Vip2'] } });
    expect(await store.commit(stored, STATE, 'first')).toBe(true);
  });

  test('hands on every other error', async () => {
    const { store, send } = dynamo();
    send.on(GetItemCommand).rejects(new Error('AccessDenied'));
    send.on(UpdateItemCommand).rejects(new Error('ProvisionedThroughputExceededException'));

    await expect(store.read()).rejects.toThrow('AccessDenied');
    await expect(store.commit({ epoch: 0, state: EMPTY_STATE }, STATE, 'first')).rejects.toThrow(
      'ProvisionedThroughputExceededException',
    );
  });
});
