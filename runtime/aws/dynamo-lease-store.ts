/**
 * Lease, epoch, dirty flag and state of one fleet, in one item of a DynamoDB table, changed by conditional updates only.
 *
 * Attributes: `epoch` (number, only ever raised), `owner`, `expiresAt` (epoch milliseconds; absent while the lease is free),
 * `dirty`, `state` (JSON).
 *
 * Gotchas
 * - The SDK repeats a call whose answer was lost. Each update therefore has the same outcome when it runs twice: who finds its
 *   own name in the refused item has the lease already.
 * - The loser of a lease leaves word only while the lease is really held; otherwise its holder may be gone before it could read
 *   the flag, and the loser tries to become the holder.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { LEASE_SECONDS } from '../../lib/private/contract';
import type { Lease, LeaseStore, TakeoverState } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** How often the lease may change hands under a loser before it gives up. */
const ACQUIRE_ATTEMPTS = 5;

const NAMES = { '#epoch': 'epoch', '#owner': 'owner', '#expiresAt': 'expiresAt', '#dirty': 'dirty', '#state': 'state' } as const;

type Item = Record<string, AttributeValue>;
type Values = Record<`:${string}`, string | number | boolean>;

/** What a conditional update did: the new item, or the one that refused it. */
type Update = { readonly done: true; readonly item: Item } | { readonly done: false; readonly item: Item };

export class DynamoLeaseStore implements LeaseStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async acquire(owner: string, now: number): Promise<Lease | undefined> {
    for (let attempt = 1; attempt <= ACQUIRE_ATTEMPTS; attempt++) {
      const taken = await this.update(
        'SET #owner = :owner, #expiresAt = :expiresAt, #dirty = :false ADD #epoch :one',
        'attribute_not_exists(#expiresAt) OR #expiresAt <= :now',
        { ':owner': owner, ':expiresAt': now + LEASE_SECONDS * 1000, ':false': false, ':one': 1, ':now': now },
      );
      if (taken.done || taken.item.owner?.S === owner) return leaseOf(owner, taken.item);
      const told = await this.update('SET #dirty = :true', '#expiresAt > :now', { ':true': true, ':now': now });
      if (told.done) return undefined;
    }
    throw new Error(`the lease must be free or held, got neither in ${ACQUIRE_ATTEMPTS} attempts: the next sweep tries again`);
  }

  async save(lease: Lease, state: TakeoverState, now: number): Promise<boolean> {
    const saved = await this.update('SET #state = :state, #expiresAt = :expiresAt', '#epoch = :epoch', {
      ':state': JSON.stringify(state),
      ':expiresAt': now + LEASE_SECONDS * 1000,
      ':epoch': lease.epoch,
    });
    return saved.done;
  }

  async release(lease: Lease): Promise<boolean> {
    const released = await this.update('REMOVE #expiresAt', '#epoch = :epoch AND #dirty = :false', {
      ':epoch': lease.epoch,
      ':false': false,
    });
    if (released.done || Number(released.item.epoch?.N) !== lease.epoch) return true;
    const cleared = await this.update('SET #dirty = :false', '#epoch = :epoch', { ':false': false, ':epoch': lease.epoch });
    return !cleared.done;
  }

  private async update(expression: string, condition: string, values: Values): Promise<Update> {
    const names = Object.entries(NAMES).filter(([name]) => `${expression} ${condition}`.includes(name));
    try {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { id: { S: 'fleet' } },
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: Object.fromEntries(names),
          ExpressionAttributeValues: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attribute(value)])),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { done: true, item: Attributes ?? {} };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { done: false, item: error.Item ?? {} };
      throw error;
    }
  }
}

/** The store with a client of its own. */
export function dynamoLeaseStore(table: string): DynamoLeaseStore {
  return new DynamoLeaseStore(new DynamoDBClient(CLIENT_OPTIONS), table);
}

function leaseOf(owner: string, item: Item): Lease {
  const state = item.state?.S;
  return {
    owner,
    epoch: Number(item.epoch?.N),
    state: state ? (JSON.parse(state) as TakeoverState) : { moves: {}, tombstones: [] },
  };
}

function attribute(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { BOOL: value };
}
