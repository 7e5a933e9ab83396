import { ConditionalCheckFailedException, DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { LEASE_SECONDS } from '../../lib/private/contract';
import { DynamoLeaseStore } from '../../runtime/aws/dynamo-lease-store';
import type { Lease, LeaseStore } from '../../runtime/ports';
import { CountingLeaseStore } from './counting-lease-store';
import { FakeDynamo } from './fake-dynamo';

const NOW = 1_800_000_000_000;
const EXPIRED = NOW + LEASE_SECONDS * 1000;
const STATE = { moves: { Vip1: [NOW] }, tombstones: ['Vip2'] };

/** The real store over a table that really has conditions. */
function dynamo(): { store: DynamoLeaseStore; table: FakeDynamo; send: ReturnType<typeof mockClient> } {
  const table = new FakeDynamo();
  const client = new DynamoDBClient({ region: 'eu-west-1', credentials: { accessKeyId: 'id', secretAccessKey: 'secret' } });
  const send = mockClient(client);
  send.on(UpdateItemCommand).callsFake((input) => table.update(input));
  return { store: new DynamoLeaseStore(client, 'Table'), table, send };
}

async function held(store: LeaseStore, owner = 'first', now = NOW): Promise<Lease> {
  const lease = await store.acquire(owner, now);
  if (!lease) throw new Error(`${owner} did not get the lease`);
  return lease;
}

// The fake of the other tests must be what it stands for.
describe.each<[string, () => LeaseStore]>([
  ['DynamoDB', () => dynamo().store],
  ['the memory of the tests', () => new CountingLeaseStore()],
])('the lease in %s', (_where, make) => {
  test('one owner has it at a time, and it begins with an empty state', async () => {
    const store = make();

    const lease = await held(store);

    expect(lease).toMatchObject({ owner: 'first', epoch: 1, state: { moves: {}, tombstones: [] } });
    expect(await store.acquire('second', NOW)).toBeUndefined();
  });

  test('it expires, and every new owner has a higher epoch', async () => {
    const store = make();

    await held(store);

    expect(await store.acquire('second', EXPIRED - 1)).toBeUndefined();
    expect(await held(store, 'second', EXPIRED)).toMatchObject({ epoch: 2 });
  });

  test('a released lease is free at once', async () => {
    const store = make();

    expect(await store.release(await held(store))).toBe(true);

    expect(await held(store, 'second')).toMatchObject({ epoch: 2 });
  });

  test('what was saved is what the next owner finds', async () => {
    const store = make();
    const lease = await held(store);

    expect(await store.save(lease, STATE, NOW)).toBe(true);
    await store.release(lease);

    expect(await held(store, 'second')).toMatchObject({ state: STATE });
  });

  test('saving extends the lease', async () => {
    const store = make();
    const lease = await held(store);

    await store.save(lease, STATE, NOW + 10_000);

    expect(await store.acquire('second', EXPIRED)).toBeUndefined();
    expect(await store.acquire('second', EXPIRED + 10_000)).toBeDefined();
  });

  test('a late owner can neither save nor free the lease of a newer one', async () => {
    const store = make();
    const late = await held(store);
    const newer = await held(store, 'second', EXPIRED);

    expect(await store.save(late, STATE, EXPIRED)).toBe(false);
    expect(await store.release(late)).toBe(true);

    expect(await store.acquire('third', EXPIRED)).toBeUndefined();
    expect(await store.save(newer, newer.state, EXPIRED)).toBe(true);
    expect(newer.state.tombstones).toEqual([]);
  });

  test('whoever does not get it makes the owner look again, once', async () => {
    const store = make();
    const lease = await held(store);

    await store.acquire('second', NOW);
    await store.acquire('third', NOW);

    expect(await store.release(lease)).toBe(false);
    expect(await store.acquire('fourth', NOW)).toBeUndefined();
    expect(await store.release(lease)).toBe(false);
    expect(await store.release(lease)).toBe(true);
  });

  test('word left for an owner that died does not burden the next one', async () => {
    const store = make();
    await held(store);
    await store.acquire('second', NOW);

    const lease = await held(store, 'third', EXPIRED);

    expect(await store.release(lease)).toBe(true);
  });

  test('of ten that want it at the same time one gets it', async () => {
    const store = make();

    const leases = await Promise.all(Array.from({ length: 10 }, (_, index) => store.acquire(`racer-${index}`, NOW)));

    expect(leases.filter((lease) => lease !== undefined)).toHaveLength(1);
  });
});

describe('the DynamoDB adapter', () => {
  test('keeps everything in one item, and needs UpdateItem only', async () => {
    const { store, table, send } = dynamo();

    const lease = await held(store);
    await store.save(lease, STATE, NOW);

    expect(table.item).toEqual({
      id: { S: 'fleet' },
      epoch: { N: '1' },
      owner: { S: 'first' },
      expiresAt: { N: String(EXPIRED) },
      dirty: { BOOL: false },
      state: { S: JSON.stringify(STATE) },
    });
    expect(send.commandCalls(UpdateItemCommand)).toHaveLength(send.calls().length);
    expect(table.updates.map(({ TableName }) => TableName)).toEqual(['Table', 'Table']);
  });

  test('costs one call each to take, to write and to give back', async () => {
    const { store, table } = dynamo();

    const lease = await held(store);
    await store.save(lease, STATE, NOW);
    await store.release(lease);

    expect(table.updates).toHaveLength(3);
  });

  test('finds the lease that it got by a call whose answer was lost', async () => {
    const { store } = dynamo();
    await held(store, 'first');

    // The SDK repeats the call; the table refuses it, because the first one took effect.
    expect(await store.acquire('first', NOW)).toMatchObject({ owner: 'first', epoch: 1 });
  });

  test('takes the lease itself when its owner leaves before it can be told', async () => {
    const { store, table, send } = dynamo();
    const first = await held(store, 'first');
    let refused = 0;
    send.on(UpdateItemCommand).callsFake(async (input) => {
      try {
        return table.update(input);
      } catch (error) {
        // Right after the newcomer was refused, and before it can leave word, the owner gives the lease back.
        if (++refused === 1) await store.release(first);
        throw error;
      }
    });

    const second = await store.acquire('second', NOW);

    expect(second).toMatchObject({ owner: 'second', epoch: 2 });
    expect(table.item?.dirty).toEqual({ BOOL: false });
  });

  test('gives up, with an error, on a lease that changes hands all the time', async () => {
    const { store, send } = dynamo();
    send.on(UpdateItemCommand).rejects(new ConditionalCheckFailedException({ message: 'refused', $metadata: {} }));

    await expect(store.acquire('second', NOW)).rejects.toThrow('got neither in 5 attempts');
  });

  test('hands on every other error', async () => {
    const { store, send } = dynamo();
    send.on(UpdateItemCommand).rejects(new Error('ProvisionedThroughputExceededException'));

    await expect(store.acquire('first', NOW)).rejects.toThrow('ProvisionedThroughputExceededException');
  });
});
