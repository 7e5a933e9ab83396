import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tells the records of one name apart: unique in an app, because several endpoints may share a name.
 *
 * @param part of a fleet: 'slot-1'; none for a virtual IP
 */
export function setIdentifierOf(source: IConstruct, part?: string): string {
  const name = Names.uniqueResourceName(source, { maxLength: 100, separator: '-' });
  return part === undefined ? name : `${name}-${part}`;
}
