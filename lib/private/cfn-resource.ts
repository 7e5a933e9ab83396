import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A construct as the resource of a type, if it is one; an app may hold more than one copy of a class. */
export function asResource<T extends CfnResource>(
  construct: IConstruct | undefined,
  kind: { new (...args: never[]): T; readonly CFN_RESOURCE_TYPE_NAME: string },
): T | undefined {
  const matches = construct && CfnResource.isCfnResource(construct) && construct.cfnResourceType === kind.CFN_RESOURCE_TYPE_NAME;
  return matches ? (construct as T) : undefined;
}
