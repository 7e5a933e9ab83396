/** What an event tells the record function. */
import type { PoolRequest } from '../lib/private/pool-contract';
import { RECORDS_EVENTS } from '../lib/private/records-contract';
import type { Note } from './instance-record-ports';

/** An instance that asks for itself, or EventBridge. */
export interface RecordsEvent extends PoolRequest {
  readonly 'detail-type'?: string;
  readonly detail?: { readonly 'instance-id'?: string };
}

/** Nothing for most: a look goes by what is there, not by what an event says. */
export function noteOf({ instanceId, detail, ...event }: RecordsEvent): Note {
  if (instanceId !== undefined) return { live: instanceId };
  return event['detail-type'] === RECORDS_EVENTS.spot ? { leaving: detail?.['instance-id'] } : {};
}
