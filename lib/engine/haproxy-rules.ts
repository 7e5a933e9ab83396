import { Token } from 'aws-cdk-lib';
import type { ConditionConfig, ListenerConfig, TargetGroupConfig } from './engine-config';
import { backendName, isHttp, onceName } from './haproxy-names';
import { ConnectionReuse } from './haproxy-options';

/** Answers what no group of an HTTP listener wants. */
export const NO_MATCH = 'no-match';

/**
 * Requests that may be sent again: nothing has changed if the first one did get through, and HAProxy still holds all of it, because
 * nothing follows its header.
 */
const REPEATABLE = [
  'acl safe method GET HEAD OPTIONS',
  'acl body req.hdr_cnt(content-length) gt 0',
  'acl body req.hdr_cnt(transfer-encoding) gt 0',
];

/** The lines of a frontend that choose a backend: an ACL for each condition of each group, and the groups in their order. */
export function rules(listener: ListenerConfig, reuse: ConnectionReuse): string[] {
  const apart = isHttp(listener) && reuse === ConnectionReuse.SAFE;
  const complete = listener.groups.some(({ conditions }) => conditions.length === 0);
  return [
    ...(apart ? REPEATABLE : []),
    ...listener.groups.flatMap((group, index) => rule(listener, group, `rule-${index + 1}`, apart)),
    ...(complete || !isHttp(listener) ? [] : [`default_backend ${NO_MATCH}`]),
  ];
}

function rule(listener: ListenerConfig, group: TargetGroupConfig, name: string, apart: boolean): string[] {
  const names = group.conditions.map((_, index) => `${name}-${index + 1}`);
  const acls = group.conditions.flatMap((condition, index) => acl(listener, condition, names[index] ?? ''));
  const use = (backend: string, conditions: string[]) =>
    conditions.length === 0 ? `default_backend ${backend}` : `use_backend ${backend} if ${conditions.join(' ')}`;
  const backend = backendName(listener, group);
  if (!apart) return [...acls, use(backend, names)];
  return [...acls, use(backend, [...names, 'safe', '!body']), use(onceName(listener, group), names)];
}

/** Names end with or without a dot. */
function sampleOf(kind: ConditionConfig['kind'], protocol: ListenerConfig['protocol']): string {
  if (kind === 'path') return 'path';
  if (kind === 'host') return 'req.hdr(host),host_only,rtrim(.) -i';
  return `${protocol === 'tcp' ? 'req.ssl_sni' : 'ssl_fc_sni'},rtrim(.) -i`;
}

/** Lines of one name match when one of them does: here one for each way to match, of which a regular expression is the last choice. */
function acl({ protocol }: ListenerConfig, { kind, values }: ConditionConfig, name: string): string[] {
  const patterns = new Map<string, string[]>();
  for (const value of values) {
    const [method, pattern] = matchOf(value);
    patterns.set(method, [...(patterns.get(method) ?? []), ...(pattern === '' ? [] : [`'${pattern}'`])]);
  }
  return [...patterns].map(([method, list]) =>
    [`acl ${name} ${sampleOf(kind, protocol)} -m ${method}`, ...(list.length > 0 ? ['--', ...list] : [])].join(' '),
  );
}

function matchOf(value: string): [method: string, pattern: string] {
  const wild = /[*?]/;
  const [head, tail] = [value.replace(/\*+$/, ''), value.replace(/^\*+/, '')];
  if (!wild.test(value)) return ['str', value];
  if (head === '') return ['found', ''];
  if (!wild.test(head)) return ['beg', head];
  if (!wild.test(tail)) return ['end', tail];
  return [
    'reg',
    `^${value
      .split(/([*?])/)
      .map(expressionOf)
      .join('')}$`,
  ];
}

/** What a deploy fills in is taken literally, whatever it turns out to be. */
function expressionOf(part: string): string {
  if (part === '*') return '.*';
  if (part === '?') return '.';
  return Token.isUnresolved(part) ? `\\Q${part}\\E` : part.replace(/[^\w/-]/g, '[$&]');
}
