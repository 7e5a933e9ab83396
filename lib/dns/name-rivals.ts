import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { asResource } from '../private/cfn-resource';
import { isSameName } from './record-name';

/**
 * Complaints about other records of the app with a name that the owner's records have: Route 53 refuses two routing policies for one
 * name and type, and anything beside a CNAME.
 */
export function findRivals(owner: Construct): string[] {
  const records = owner.node.root.node.findAll().flatMap((each) => asResource(each, route53.CfnRecordSet) ?? []);
  const own = records.filter((record) => record.node.scopes.includes(owner));
  const rivals = records.filter((record) => !own.includes(record)).filter((other) => own.some((each) => isRival(each, other)));
  return rivals.map(
    ({ name, type, node }) =>
      `a name must have one owner, got '${name}' (${type}) at '${node.path}', too: choose another recordName`,
  );
}

function isRival(own: route53.CfnRecordSet, other: route53.CfnRecordSet): boolean {
  if (own.hostedZoneId !== other.hostedZoneId || !isSameName(own.name, other.name)) return false;
  return own.type === other.type || other.type === route53.RecordType.CNAME;
}
