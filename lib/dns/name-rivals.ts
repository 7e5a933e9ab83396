import { Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { asResource } from '../private/cfn-resource';
import { isSameName } from './record-name';

/**
 * Complaints about other records of the app with a name that the owner's records have: Route 53 refuses two routing policies for one
 * name and type, and anything beside a CNAME.
 */
export function findRivals(owner: Construct): string[] {
  return pairsOf(owner).map(
    ([, { name, type, node }]) =>
      `a name must have one owner, got '${name}' (${type}) at '${node.path}', too: choose another recordName`,
  );
}

/** Complaints about records that share a name with the owner's multivalue records and cannot be answered together with them. */
export function findMisfits(owner: Construct): string[] {
  return pairsOf(owner).flatMap(([own, { name, type, node, multiValueAnswer, ttl }]) => {
    if (multiValueAnswer !== true) {
      const got = `got '${name}' (${type}) at '${node.path}', which is not multivalue`;
      return [`records of one name must have one routing policy, ${got}: choose another recordName`];
    }
    // A TTL is a text, also of a number that only a deploy knows.
    if (ttl === own.ttl || [ttl, own.ttl].some((each) => Token.isUnresolved(Number(each)))) return [];
    return [`records of one name must have one TTL, got ${own.ttl} s and, at '${node.path}', ${ttl} s: give both the same ttl`];
  });
}

/** Records of others beside one of the owner's with the same name, each once. */
function pairsOf(owner: Construct): [own: route53.CfnRecordSet, other: route53.CfnRecordSet][] {
  const records = owner.node.root.node.findAll().flatMap((each) => asResource(each, route53.CfnRecordSet) ?? []);
  const own = records.filter((record) => record.node.scopes.includes(owner));
  const others = records.filter((record) => !own.includes(record));
  return others.flatMap((other): [route53.CfnRecordSet, route53.CfnRecordSet][] => {
    const rival = own.find((each) => isRival(each, other));
    return rival ? [[rival, other]] : [];
  });
}

function isRival(own: route53.CfnRecordSet, other: route53.CfnRecordSet): boolean {
  if (own.hostedZoneId !== other.hostedZoneId || !isSameName(own.name, other.name)) return false;
  return own.type === other.type || other.type === route53.RecordType.CNAME;
}
