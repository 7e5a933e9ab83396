import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE, EVENT_TYPES, type VirtualIpEventDetail } from '../../lib/private/takeover-contract';
import type { Announcer } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** Events on the account's default bus. */
export class EventBridgeAnnouncer implements Announcer {
  constructor(private readonly client: EventBridgeClient) {}

  async announce(type: 'moved' | 'stuck', detail: VirtualIpEventDetail): Promise<void> {
    const entry = { Source: EVENT_SOURCE, DetailType: EVENT_TYPES[type], Detail: JSON.stringify(detail) };
    const { FailedEntryCount, Entries } = await this.client.send(new PutEventsCommand({ Entries: [entry] }));
    if (FailedEntryCount)
      throw new Error(`EventBridge refused the event: ${Entries?.[0]?.ErrorCode} ${Entries?.[0]?.ErrorMessage}`);
  }
}

/** The announcer with a client of its own. */
export function eventBridgeAnnouncer(): EventBridgeAnnouncer {
  return new EventBridgeAnnouncer(new EventBridgeClient(CLIENT_OPTIONS));
}
