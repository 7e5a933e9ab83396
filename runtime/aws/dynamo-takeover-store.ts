/**
 * Epoch and state of one fleet, in one item of a DynamoDB table, changed by conditional updates only.
 *
 * Attributes: `epoch` (number, raised by every write), `writer` (who wrote), `state` (JSON).
 *
 * Gotcha: the SDK repeats a call whose answer was lost. Who finds its own name beside the next epoch in the refused item has
 * written already.
 */
import { ConditionalCheckFailedException, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EMPTY_STATE } from '../core/model';
import type { Stored, TakeoverState, TakeoverStore } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

const KEY = { id: { S: 'fleet' } };

export class DynamoTakeoverStore implements TakeoverStore {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async read(): Promise<Stored> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.table, Key: KEY, ConsistentRead: true }));
    const state: unknown = JSON.parse(Item?.state?.S ?? '{}');
    return { epoch: Number(Item?.epoch?.N ?? 0), state: { ...EMPTY_STATE, ...(state as Partial<TakeoverState>) } };
  }

  async commit({ epoch }: Stored, state: TakeoverState, owner: string): Promise<boolean> {
    const next = String(epoch + 1);
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: KEY,
          UpdateExpression: 'SET #epoch = :next, #writer = :writer, #state = :state',
          ConditionExpression: epoch === 0 ? 'attribute_not_exists(#epoch)' : '#epoch = :epoch',
          ExpressionAttributeNames: { '#epoch': 'epoch', '#writer': 'writer', '#state': 'state' },
          ExpressionAttributeValues: {
            ':next': { N: next },
            ':writer': { S: owner },
            ':state': { S: JSON.stringify(state) },
            ...(epoch !== 0 && { ':epoch': { N: String(epoch) } }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.writer?.S === owner && error.Item.epoch?.N === next;
    }
  }
}

/** The store with a client of its own. */
export function dynamoTakeoverStore(table: string): DynamoTakeoverStore {
  return new DynamoTakeoverStore(new DynamoDBClient(CLIENT_OPTIONS), table);
}
