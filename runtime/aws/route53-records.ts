import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsResponse,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { AddressRecord, RecordChange } from '../core/address-record';
import { addressRecordOf, changesOf, nameOf } from '../core/record-sets';
import { type RecordStore, refusalOf } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/**
 * Record sets in Route 53. A change deletes what was there, word by word, and creates what should be, in one batch: Route 53 takes all of it
 * or nothing, and nothing when anybody wrote meanwhile. Only a record that is written once more as it is takes an UPSERT.
 *
 * Source: Route 53 API reference, "ChangeResourceRecordSets".
 */
export class Route53Records implements RecordStore {
  constructor(private readonly client: Route53Client) {}

  async list(HostedZoneId: string, name?: string): Promise<AddressRecord[]> {
    const found: AddressRecord[] = [];
    let from: Partial<ListResourceRecordSetsResponse> = { NextRecordName: name };
    do {
      const { NextRecordName, NextRecordType, NextRecordIdentifier } = from;
      const start = {
        StartRecordName: NextRecordName,
        StartRecordType: NextRecordType,
        StartRecordIdentifier: NextRecordIdentifier,
      };
      const page = await this.client.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...start }));
      const records = (page.ResourceRecordSets ?? []).map((set) => ({ set, name: nameOf(set) }));
      const within = name === undefined ? records : records.filter((each) => each.name === name);
      found.push(...within.flatMap(({ set }) => addressRecordOf(set)));
      // Names come in their order: one that another follows has no more records.
      from = page.IsTruncated && within.length === records.length ? page : {};
    } while (from.NextRecordName !== undefined);
    return found;
  }

  /**
   * Source: RFC 2308, section 5: the smaller of the SOA's own TTL and its last field. Route 53 makes zones with 900 and 86,400 seconds, and
   * takes an UPSERT of the SOA, which it lets nobody delete.
   */
  async shortenNegativeAnswers(HostedZoneId: string, seconds: number): Promise<void> {
    // The zone's own name comes first.
    const { ResourceRecordSets = [] } = await this.client.send(new ListResourceRecordSetsCommand({ HostedZoneId }));
    const soa = ResourceRecordSets.find(({ Type }) => Type === 'SOA');
    const [record] = soa?.ResourceRecords ?? [];
    if (soa === undefined || record?.Value === undefined) return;
    const Value = record.Value.replace(/ \d+$/, ` ${seconds}`);
    if (soa.TTL === seconds && record.Value === Value) return;
    const ResourceRecordSet = { Name: soa.Name, Type: soa.Type, TTL: seconds, ResourceRecords: [{ Value }] };
    const Changes: Change[] = [{ Action: 'UPSERT', ResourceRecordSet }];
    await this.client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
  }

  async change(HostedZoneId: string, changes: readonly RecordChange[]): Promise<string> {
    const Changes = changesOf(changes);
    try {
      const { ChangeInfo } = await this.client.send(
        new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }),
      );
      return ChangeInfo?.Id ?? '';
    } catch (error) {
      const failure = error as Error & { readonly messages?: string[] };
      throw refusalOf(failure, [failure.message, ...(failure.messages ?? [])].join(' '));
    }
  }

  async isInSync(Id: string): Promise<boolean | undefined> {
    try {
      const { ChangeInfo } = await this.client.send(new GetChangeCommand({ Id }));
      return ChangeInfo?.Status === 'INSYNC';
    } catch (error) {
      if (error instanceof Error && error.name === 'NoSuchChange') return undefined;
      throw error;
    }
  }
}

export function route53Records(): Route53Records {
  return new Route53Records(new Route53Client(CLIENT_OPTIONS));
}
