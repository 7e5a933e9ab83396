import { Names } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Tells the records of one name apart: unique in an app, because several endpoints may share a name.
 *
 * @param slot slot of a fleet; none for a virtual IP
 */
export function setIdentifierOf(source: IConstruct, slot?: string): string {
  const name = Names.uniqueResourceName(source, { maxLength: 100, separator: '-' });
  return slot === undefined ? name : `${name}-slot-${slot}`;
}
