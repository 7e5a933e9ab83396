/** Names as Route 53 keeps them: lower case, a dot at the end, and everything but letters, digits, '-', '_' and '.' as an octal code. */
import type { ResourceRecordSet, RRType } from './api';

/** `WWW.Example.com` is `www.example.com.`, and `*.example.com` is `\052.example.com.`. */
export function fqdn(name: string): string {
  const lower = name.toLowerCase().replace(/(\\[0-7]{3})|[^a-z0-9_.-]/g, (character, code: string | undefined) => {
    return code ?? `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** The way back, without the dot: `\052.example.com.` is `*.example.com`. */
export function plainName(name: string): string {
  return name.replace(/\.$/, '').replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)));
}

/** Whether a name is the zone's own or below it. Both are fully qualified. */
export function liesWithin(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Record sets of one name and type: among them DNS chooses. */
export function groupKey(name: string, type: RRType): string {
  return `${name.split('.').reverse().slice(1).join('.')}.\0${type}\0`;
}

/**
 * What tells one record set from another. Keys sort like `ListResourceRecordSets` does: by the name with its labels reversed and a
 * dot at the end, then by type; then by set identifier, of which the documentation says nothing.
 */
export function recordKey({ Name, Type, SetIdentifier = '' }: ResourceRecordSet): string {
  return groupKey(Name, Type) + SetIdentifier;
}

/** ASCII order. */
export function byKey(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
