/** A record set of addresses, and how one changes. */

export type AddressFamily = 'A' | 'AAAA';

export interface AddressRecord {
  /** Fully qualified, lower case, without a dot at its end. */
  readonly name: string;
  readonly type: AddressFamily;
  readonly ttl: number;
  readonly values: readonly string[];
  /** Tells a multivalue record apart from the others of its name and type; missing where a name has one record of a type. */
  readonly setIdentifier?: string;
  readonly healthCheckId?: string;
}

/** One record set that changes: created, replaced or removed. */
export interface RecordChange {
  /** As it is; missing where there is none. */
  readonly before?: AddressRecord;
  /** As it should be; missing when it should go. */
  readonly after?: AddressRecord;
}

/** True for a record that is written once more as it is, which tells when it is everywhere. */
export function isUnchanged({ before, after }: RecordChange): boolean {
  if (before === undefined || after === undefined) return false;
  const fields = ['name', 'type', 'ttl', 'setIdentifier', 'healthCheckId'] as const;
  return fields.every((field) => before[field] === after[field]) && before.values.join() === after.values.join();
}
