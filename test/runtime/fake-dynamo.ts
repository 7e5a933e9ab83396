import { type AttributeValue, ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/**
 * One item of a table, with as much of DynamoDB's update language as a conditional update needs: comparisons joined by AND or OR,
 * and SET, REMOVE, ADD. An expression it does not know is an error, so that no test passes by accident.
 */
export class FakeDynamo {
  item: Item | undefined;
  readonly updates: UpdateItemCommandInput[] = [];

  update(input: UpdateItemCommandInput): { Attributes: Item } {
    this.updates.push(input);
    const condition = input.ConditionExpression ?? '';
    const holds = condition.split(' OR ').some((terms) => terms.split(' AND ').every((term) => this.holds(term, input)));
    if (!holds) {
      const shown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? this.item : undefined;
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {}, Item: shown });
    }
    const next: Item = { ...input.Key, ...this.item };
    for (const [, clause, changes] of (input.UpdateExpression ?? '').matchAll(
      /(SET|REMOVE|ADD) (.*?)(?= (?:SET|REMOVE|ADD) |$)/g,
    )) {
      for (const change of (changes ?? '').split(', ')) this.apply(clause, change, next, input);
    }
    this.item = next;
    return { Attributes: next };
  }

  private holds(term: string, input: UpdateItemCommandInput): boolean {
    const absent = /^attribute_not_exists\((#\w+)\)$/.exec(term);
    if (absent) return this.item?.[nameOf(absent[1], input)] === undefined;
    const [, name, operator, value] = /^(#\w+) (=|<=|>) (:\w+)$/.exec(term) ?? [];
    const left = plain(this.item?.[nameOf(name, input)]);
    const right = plain(attributeOf(value, input));
    if (left === undefined || right === undefined) return false;
    if (operator === '=') return left === right;
    return operator === '<=' ? left <= right : left > right;
  }

  private apply(clause: string | undefined, change: string, next: Item, input: UpdateItemCommandInput): void {
    const [name, value] = change.split(clause === 'SET' ? ' = ' : ' ');
    const attribute = nameOf(name, input);
    if (clause === 'REMOVE') delete next[attribute];
    else if (clause === 'SET') next[attribute] = attributeOf(value, input);
    else next[attribute] = { N: String(Number(next[attribute]?.N ?? 0) + Number(attributeOf(value, input).N)) };
  }
}

function nameOf(placeholder: string | undefined, input: UpdateItemCommandInput): string {
  const name = input.ExpressionAttributeNames?.[placeholder ?? ''];
  if (name === undefined) throw new Error(`ValidationException: no name for '${placeholder}'`);
  return name;
}

function attributeOf(placeholder: string | undefined, input: UpdateItemCommandInput): AttributeValue {
  const value = input.ExpressionAttributeValues?.[placeholder ?? ''];
  if (value === undefined) throw new Error(`ValidationException: no value for '${placeholder}'`);
  return value;
}

function plain(value: AttributeValue | undefined): string | number | boolean | undefined {
  return value?.N === undefined ? (value?.S ?? value?.BOOL) : Number(value.N);
}
