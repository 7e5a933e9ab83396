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
