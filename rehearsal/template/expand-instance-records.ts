/**
 * What an elastic fleet's record function would make, as if the template held it: for each instance that there can be an address, and for each
 * name a record and a health check, in whose place the function itself may be. Whoever reads names, budgets or fleets then needs to know nothing of functions that make records.
 */
import type { PublishedName } from '../../lib/private/records-contract';
import { RECORDS_RESOURCE_TYPE } from '../../lib/private/records-contract';
import { evaluate, referenceOf } from './evaluate';
import type { Json, Resource, Template } from './load-template';
import { publishedGroup } from './published-group';
import { resourcesOf } from './resources';
import { sweepOf } from './sweep-of';

export function expandInstanceRecords(template: Template): Template {
  const made: Record<string, Resource> = {};
  for (const [id, { Properties = {} }] of resourcesOf(template, RECORDS_RESOURCE_TYPE)) {
    const owner = referenceOf(Properties.ServiceToken) ?? '';
    const settings = JSON.parse(String(evaluate(Properties.Settings, template, new Map()))) as PublishedName & {
      endpoint: string;
    };
    const { ttl, check, endpoint } = settings;
    const sweep = sweepOf(owner, template);
    for (const address of instanceAddressIds(template, owner)) {
      const checkId = `${id}HealthCheck${address}`;
      made[address] = { Type: 'AWS::EC2::EIP', Properties: {} };
      made[checkId] = {
        Type: 'AWS::Route53::HealthCheck',
        Properties: {
          HealthCheckConfig: check
            ? { ...check, IPAddress: { Ref: address } }
            : { Type: 'PROBED', ...(sweep !== undefined && { Sweep: sweep }) },
        },
      };
      made[`${id}Record${address}`] = {
        Type: 'AWS::Route53::RecordSet',
        Properties: {
          HostedZoneId: Properties.HostedZoneId as Json,
          Name: Properties.RecordName as Json,
          Type: 'A',
          // No text that the template holds otherwise: what stands in it as it is would be judged.
          SetIdentifier: `of ${address}`,
          MultiValueAnswer: true,
          TTL: String(ttl),
          ResourceRecords: [{ Ref: address }],
          HealthCheckId: { Ref: checkId },
          Comment: `${endpoint}: an instance`,
        },
      };
    }
  }
  return Object.keys(made).length === 0 ? template : { ...template, Resources: { ...template.Resources, ...made } };
}

/**
 * Ids in place of the addresses that EC2 gives to the instances.
 *
 * @param functionId of the record function
 */
export function instanceAddressIds(template: Template, functionId: string): string[] {
  const { most } = publishedGroup(template, functionId) ?? { most: 0 };
  return Array.from({ length: most }, (_, index) => `${functionId}Instance${index + 1}`);
}
