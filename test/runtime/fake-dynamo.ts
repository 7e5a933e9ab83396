import { type AttributeValue, ConditionalCheckFailedException, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';

type Item = Record<string, AttributeValue>;

/**
 * One item of a table, with as much of DynamoDB's update language as a conditional write needs: one condition, that an attribute is
 * absent or equal, and SET. An expression it does not know is an error, so that no test passes by accident.
 */
export class FakeDynamo {
  item: Item | undefined;

  update(input: UpdateItemCommandInput): { Attributes: Item } {
    if (!this.holds(input.ConditionExpression ?? '', input)) {
      const shown = input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? this.item : undefined;
      throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {}, Item: shown });
    }
    const [, changes] = /^SET (.*)$/.exec(input.UpdateExpression ?? '') ?? [];
    if (changes === undefined) throw new Error(`ValidationException: '${input.UpdateExpression}'`);
    const next: Item = { ...input.Key, ...this.item };
    for (const change of changes.split(', ')) {
      const [name, value] = change.split(' = ');
      next[nameOf(name, input)] = attributeOf(value, input);
    }
    this.item = next;
    return { Attributes: next };
  }

  private holds(condition: string, input: UpdateItemCommandInput): boolean {
    const [, absent] = /^attribute_not_exists\((#\w+)\)$/.exec(condition) ?? [];
    if (absent !== undefined) return this.item?.[nameOf(absent, input)] === undefined;
    const [, name, value] = /^(#\w+) = (:\w+)$/.exec(condition) ?? [];
    const [left, right] = [this.item?.[nameOf(name, input)], attributeOf(value, input)];
    return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
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
