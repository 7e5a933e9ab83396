/**
 * The lease of the record function and what it is told, in one item of a DynamoDB table, changed by conditional updates only.
 *
 * Attributes: `run` and `until` (who has the lease, and the epoch milliseconds at which it ends by itself), `version` (number, raised by every
 * note), `live` and `leaving` (sets of instance ids, missing when empty).
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
import type { Note, Notes, RecordLease } from '../instance-record-ports';
import { CLIENT_OPTIONS } from './client-options';

type Item = Record<string, AttributeValue>;

export class DynamoRecordLease implements RecordLease {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  async take(run: string, now: number, until: number, note?: Note): Promise<Notes | undefined> {
    const added = addition(note);
    try {
      return notesOf(
        await this.update({
          UpdateExpression: `SET #run = :run, #until = :until ${added.expression}`,
          ConditionExpression: 'attribute_not_exists(#until) OR #until < :now OR #run = :run',
          ExpressionAttributeNames: { '#run': 'run', '#until': 'until', ...added.names },
          ExpressionAttributeValues: {
            ':run': { S: run },
            ':until': { N: String(until) },
            ':now': { N: String(now) },
            ...added.values,
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (note) await this.note(note);
      return undefined;
    }
  }

  async finish(run: string, version: number, forget: Pick<Notes, 'live' | 'leaving'>): Promise<Notes | undefined> {
    const sets = (['live', 'leaving'] as const).filter((name) => forget[name].length > 0);
    const removed = sets.length > 0 ? ` DELETE ${sets.map((name) => `#${name} :${name}`).join(', ')}` : '';
    try {
      await this.update({
        UpdateExpression: `REMOVE #run, #until${removed}`,
        ConditionExpression: '#run = :run AND #version = :version',
        ExpressionAttributeNames: namesOf('run', 'until', 'version', ...sets),
        ExpressionAttributeValues: {
          ':run': { S: run },
          ':version': { N: String(version) },
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

  async release(run: string): Promise<void> {
    try {
      await this.update({
        UpdateExpression: 'REMOVE #run, #until',
        ConditionExpression: '#run = :run',
        ExpressionAttributeNames: namesOf('run', 'until'),
        ExpressionAttributeValues: { ':run': { S: run } },
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

function notesOf({ version, live, leaving }: Item): Notes {
  return { version: Number(version?.N ?? 0), live: live?.SS ?? [], leaving: leaving?.SS ?? [] };
}

function namesOf(...names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`#${name}`, name]));
}

export function dynamoRecordLease(table: string): DynamoRecordLease {
  return new DynamoRecordLease(new DynamoDBClient(CLIENT_OPTIONS), table);
}
