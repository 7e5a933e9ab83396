import { type CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';

/** Physical ids of a stack's resources of one type; nested stacks are part of their stack. */
export async function stackResources(client: CloudFormationClient, stack: string, type: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
    for (const { ResourceType, PhysicalResourceId, ResourceStatus } of page.StackResourceSummaries ?? []) {
      if (!PhysicalResourceId || ResourceStatus === 'DELETE_COMPLETE') continue;
      if (ResourceType === type) found.push(PhysicalResourceId);
      if (ResourceType === 'AWS::CloudFormation::Stack') found.push(...(await stackResources(client, PhysicalResourceId, type)));
    }
  }
  return found;
}
