import {
  type Change,
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsResponse,
  Route53Client,
} from '@aws-sdk/client-route-53';
import type { RecordChange, TargetRecord } from '../core/plan-records';
import { type RecordStore, Refused } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** Errors of a batch of which nothing was done. */
const REFUSALS = ['InvalidChangeBatch', 'PriorRequestNotComplete'];

/**
 * Record sets in Route 53. A change deletes what was there, word by word, and creates what should be, in one batch: Route 53 takes all of it
 * or nothing, and nothing when anybody wrote meanwhile.
 *
 * Source: Route 53 API reference, "ChangeResourceRecordSets".
 */
export class Route53Records implements RecordStore {
  constructor(private readonly client: Route53Client) {}

  async list(HostedZoneId: string): Promise<TargetRecord[]> {
    const found: TargetRecord[] = [];
    let page: Partial<ListResourceRecordSetsResponse> = {};
    do {
      const { NextRecordName, NextRecordType, NextRecordIdentifier } = page;
      const from = {
        StartRecordName: NextRecordName,
        StartRecordType: NextRecordType,
        StartRecordIdentifier: NextRecordIdentifier,
      };
      page = await this.client.send(new ListResourceRecordSetsCommand({ HostedZoneId, ...from }));
      for (const { Name = '', Type, TTL = 0, ResourceRecords = [] } of page.ResourceRecordSets ?? []) {
        if (Type !== 'A') continue;
        found.push({ name: Name.replace(/\.$/, ''), ttl: TTL, values: ResourceRecords.flatMap(({ Value }) => Value ?? []) });
      }
    } while (page.IsTruncated);
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

  async change(HostedZoneId: string, changes: readonly RecordChange[]): Promise<void> {
    const Changes = changes.flatMap(({ before, after }) => [
      ...(before ? [changeOf('DELETE', before)] : []),
      ...(after ? [changeOf('CREATE', after)] : []),
    ]);
    try {
      await this.client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } }));
    } catch (error) {
      const { name, message, messages = [] } = error as Error & { readonly messages?: string[] };
      throw REFUSALS.includes(name) ? new Refused([message, ...messages].join(' '), { cause: error }) : error;
    }
  }
}

function changeOf(Action: 'CREATE' | 'DELETE', { name: Name, ttl: TTL, values }: TargetRecord): Change {
  return { Action, ResourceRecordSet: { Name, Type: 'A', TTL, ResourceRecords: values.map((Value) => ({ Value })) } };
}

export function route53Records(): Route53Records {
  return new Route53Records(new Route53Client(CLIENT_OPTIONS));
}
