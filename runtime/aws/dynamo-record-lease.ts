/**
 * The lease of the record function and what it is told, in one item of a DynamoDB table, changed by conditional updates only.
 *
 * Attributes: `run` and `until` (who has the lease, and the epoch milliseconds at which it ends by itself), `version` (number, raised by every
 * note), `live` and `leaving` (sets of instance ids, missing when empty), `pending` (JSON of changes, missing when there are none).
 *
 * Gotcha: the SDK repeats a call whose answer was lost, so a run that already has the lease gets it again, and one that has given it back has
 * nothing more to give.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { RECORDS_KEY } from '../../lib/private/records-contract';
import type { Known, Left, Note, Notes, PendingChange, RecordLease } from '../instance-record-ports';
import { CLIENT_OPTIONS } from './client-options';

type Item = Record<string, AttributeValue>;

export class DynamoRecordLease implements RecordLease {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async take(run: string, now: number, until: number, note?: Note): Promise<Known | undefined> {
    const added = addition(note);
    try {
      const item = await this.update({
        UpdateExpression: `SET #run = :run, #until = :until ${added.expression}`,
        ConditionExpression: 'attribute_not_exists(#until) OR #until < :now OR #run = :run',
        ExpressionAttributeNames: { '#run': 'run', '#until': 'until', ...added.names },
        ExpressionAttributeValues: {
          ':run': { S: run },
          ':until': { N: String(until) },
          ':now': { N: String(now) },
          ...added.values,
        },
      });
      return { notes: notesOf(item), pending: JSON.parse(item.pending?.S ?? '[]') };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (note) await this.note(note);
      return undefined;
    }
  }

  async finish(run: string, version: number, { forget, pending }: Left): Promise<Notes | undefined> {
    const sets = (['live', 'leaving'] as const).filter((name) => forget[name].length > 0);
    const removed = sets.length > 0 ? ` DELETE ${sets.map((name) => `#${name} :${name}`).join(', ')}` : '';
    const kept = keeping(pending);
    try {
      await this.update({
        UpdateExpression: `${kept.expression} #run, #until${removed}`,
        ConditionExpression: '#run = :run AND #version = :version',
        ExpressionAttributeNames: { ...namesOf('run', 'until', 'version', ...sets), ...kept.names },
        ExpressionAttributeValues: {
          ':run': { S: run },
          ':version': { N: String(version) },
          ...kept.values,
          ...Object.fromEntries(sets.map((name) => [`:${name}`, { SS: [...forget[name]] }])),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item?.run?.S === run ? notesOf(error.Item) : undefined;
    }
  }

  async release(run: string, pending?: readonly PendingChange[]): Promise<void> {
    const kept = pending === undefined ? { expression: 'REMOVE', names: {}, values: {} } : keeping(pending);
    try {
      await this.update({
        UpdateExpression: `${kept.expression} #run, #until`,
        ConditionExpression: '#run = :run',
        ExpressionAttributeNames: { ...namesOf('run', 'until'), ...kept.names },
        ExpressionAttributeValues: { ':run': { S: run }, ...kept.values },
      });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** An instance that asks again while a run is at it says nothing new: it is no reason to look once more. */
  private async note(note: Note): Promise<void> {
    const { expression, names, values } = addition(note);
    const repeated = note.live === undefined ? undefined : { S: note.live };
    try {
      await this.update({
        UpdateExpression: expression,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: { ...values, ...(repeated && { ':repeated': repeated }) },
        ...(repeated && { ConditionExpression: 'NOT contains(#live, :repeated)' }),
      });
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  private async update(update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>): Promise<Item> {
    const Key = { [RECORDS_KEY.name]: { S: RECORDS_KEY.value } };
    const { Attributes = {} } = await this.client.send(
      new UpdateItemCommand({ TableName: this.table, Key, ReturnValues: 'ALL_NEW', ...update }),
    );
    return Attributes;
  }
}

/** What a note adds, whatever it says; a sweep adds nothing, and finds a version in a new table, too. */
function addition(note?: Note) {
  const told = (['live', 'leaving'] as const).flatMap((name) =>
    note?.[name] === undefined ? [] : [[name, note[name]] as const],
  );
  return {
    expression: `ADD #version :raise${told.map(([name]) => `, #${name} :${name}`).join('')}`,
    names: namesOf('version', ...told.map(([name]) => name)),
    values: {
      ':raise': { N: note ? '1' : '0' },
      ...Object.fromEntries(told.map(([name, id]) => [`:${name}`, { SS: [id] }])),
    } as Item,
  };
}

/** Begins an update that keeps what is pending, and goes on with attributes that are removed. */
function keeping(pending: readonly PendingChange[]): { expression: string; names: Record<string, string>; values: Item } {
  const names = namesOf('pending');
  if (pending.length === 0) return { expression: 'REMOVE #pending,', names, values: {} };
  return {
    expression: 'SET #pending = :pending REMOVE',
    names,
    values: { ':pending': { S: JSON.stringify(pending) } },
  };
}

function notesOf({ version, live, leaving }: Item): Notes {
  return { version: Number(version?.N ?? 0), live: live?.SS ?? [], leaving: leaving?.SS ?? [] };
}

function namesOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

export function dynamoRecordLease(table: string): DynamoRecordLease {
  return new DynamoRecordLease(new DynamoDBClient(CLIENT_OPTIONS), table);
}
