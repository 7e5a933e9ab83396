import { Tokenization } from 'aws-cdk-lib';
import type { ConditionConfig, ListenerConfig } from './engine-config';
import { block, endsTls, groupVariable, isHttp } from './nginx-text';

/** What a map's group is called when no group matches; no group can be called so. */
export const NO_GROUP = '.none';

/** Whether requests or connections of a listener must be looked at to know the group. */
export const hasRules = ({ groups }: ListenerConfig): boolean => groups.some(({ conditions }) => conditions.length > 0);

/**
 * The map from what a client asks for to the group that gets it. Regular expressions are tried in their order, which is that of the
 * priorities. Host and path are one text, since a host holds no '/'; paths are decoded and free of '..' and '//'.
 *
 * @param word what the map says for a group; `undefined` stands for none
 */
export function ruleMap(listener: ListenerConfig, word: (group?: { name: string }) => string): string[] {
  const rest = listener.groups.find(({ conditions }) => conditions.length === 0);
  const source = isHttp(listener) ? '$host$uri' : endsTls(listener) ? '$ssl_server_name' : '$ssl_preread_server_name';
  return block(`map ${source} $${groupVariable(listener)}`, [
    ...listener.groups
      .filter((group) => group !== rest)
      .map((group) => `"~(?s)^${group.conditions.map(lookAhead).join('')}" ${word(group)};`),
    `default ${word(rest)};`,
  ]);
}

/** All conditions must match, one value of each. */
function lookAhead({ kind, values }: ConditionConfig): string {
  const any = kind === 'path' ? '.' : '[^/]';
  const choices = `(?:${values.map((value) => patternOf(value, any)).join('|')})`;
  if (kind === 'path') return `(?=[^/]*${choices}\\z)`;
  return `(?=(?i:${choices})${kind === 'host' ? '/' : '\\z'})`;
}

/** What only a deploy knows is taken literally, wildcards in it too: it cannot be translated any more. */
function patternOf(value: string, any: string): string {
  const parts: string[] = [];
  let rest = value;
  for (const token of Tokenization.reverseString(value).tokens.map(String)) {
    const at = rest.indexOf(token);
    parts.push(literal(rest.slice(0, at), any), `\\Q${token}\\E`);
    rest = rest.slice(at + token.length);
  }
  return [...parts, literal(rest, any)].join('');
}

function literal(text: string, any: string): string {
  return text.replace(/%([0-9a-f]{2})|[*?.$+()^|]/gi, (match, byte?: string) => {
    if (byte !== undefined) return `\\x${byte}`;
    return match === '*' ? `${any}*` : match === '?' ? any : `\\${match}`;
  });
}
