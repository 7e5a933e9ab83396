import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';

/**
 * Lets a record function keep its health checks.
 *
 * @param create without it the function can only clear away those of before
 */
export function allowHealthChecks(grantee: lambda.Function, { create }: { readonly create: boolean }): void {
  const arn = (resource: string) =>
    Stack.of(grantee).formatArn({ service: 'route53', region: '', account: '', resource, resourceName: '*' });
  iam.Grant.addToPrincipal({
    grantee,
    actions: [...(create ? ['route53:CreateHealthCheck'] : []), 'route53:ListHealthChecks'],
    // One that does not exist yet has no name, and a list is of all (service authorization reference).
    resourceArns: ['*'],
  });
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['route53:DeleteHealthCheck', 'route53:ChangeTagsForResource', 'route53:GetChange'],
    // Route 53 chooses the ids of health checks and changes, and knows no condition on their tags (service authorization reference).
    resourceArns: [arn('healthcheck'), arn('change')],
  });
}

/** A policy of its own for each name: it is there until the name's records are gone. */
export function allowName(
  place: Construct,
  grantee: lambda.Function,
  { zone, recordName }: { readonly zone: route53.IHostedZone; readonly recordName: string },
): iam.Policy {
  const policy = new iam.Policy(place, 'Policy', {
    statements: [
      new iam.PolicyStatement({ actions: ['route53:ListResourceRecordSets'], resources: [zone.hostedZoneArn] }),
      new iam.PolicyStatement({
        actions: ['route53:ChangeResourceRecordSets'],
        resources: [zone.hostedZoneArn],
        conditions: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': [normalized(recordName)],
            // Both, so that those of a family that the fleet gives up can go.
            'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA'],
            'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE', 'UPSERT'],
          },
        },
      }),
    ],
  });
  grantee.role?.attachInlinePolicy(policy);
  return policy;
}

/**
 * A name as IAM compares it: with everything but letters, digits, '-', '_' and '.' as an octal code.
 *
 * Source: Route 53 developer guide, "Using IAM policy conditions for fine-grained access control".
 */
function normalized(recordName: string): string {
  if (Token.isUnresolved(recordName)) return recordName;
  return recordName.replace(/[^a-z0-9_.-]/g, (letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
