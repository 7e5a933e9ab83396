/** Who may do what, as a template says it, in words that people can compare. */
import { evaluate } from '../../rehearsal/template/evaluate';
import type { Json } from '../../rehearsal/template/load-template';
import { objectOf, resourcesOf } from '../../rehearsal/template/resources';
import type { SynthesizedTemplate } from './synth';

export interface Statement {
  readonly effect: string;
  readonly actions: string[];
  /** All actions but these, in place of `actions`. */
  readonly notActions?: string[];
  readonly resources: string[];
  readonly condition?: Json;
}

/** Statements of the inline policies and of the policies attached to it, by plain id of the role. */
export function statementsByRole(template: SynthesizedTemplate): Record<string, Statement[]> {
  const roles = resourcesOf(template, 'AWS::IAM::Role').map(([id]) => id);
  return Object.fromEntries(
    roles.map((role) => [plainId(role), documentsOf(role, template).flatMap((document) => statements(document, template))]),
  );
}

/** Logical id without the hash that CDK appends. */
export function plainId(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '');
}

/** True when a policy's pattern ('ec2:*') covers the name. */
export function covers(pattern: string, name: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(name);
}

function documentsOf(role: string, template: SynthesizedTemplate): Json[] {
  const inline = (template.Resources[role]?.Properties?.Policies ?? []) as Json[];
  const attached = Object.values(template.Resources).filter(
    ({ Type, Properties }) =>
      /^AWS::IAM::(Managed|Role)?Policy$/.test(Type) &&
      JSON.stringify(Properties?.Roles ?? Properties?.RoleName)?.includes(`"${role}"`),
  );
  return [
    ...inline.map((policy) => objectOf(policy).PolicyDocument as Json),
    ...attached.map(({ Properties }) => Properties?.PolicyDocument as Json),
  ];
}

function statements(document: Json, template: SynthesizedTemplate): Statement[] {
  const read = evaluate(document, template, new Map()) as { Statement: Record<string, Json>[] };
  return read.Statement.map(({ Effect, Action, NotAction, Resource, Condition, ...rest }) => {
    // NotResource and the like would turn the meaning around, and so does NotAction in an Allow.
    if (Object.keys(rest).some((key) => key !== 'Sid') || (NotAction !== undefined && Effect !== 'Deny'))
      throw new Error(`a statement uses ${Object.keys(rest).join(', ')}`);
    return {
      effect: String(Effect),
      actions: [Action ?? []].flat().map(String),
      ...(NotAction !== undefined && { notActions: [NotAction].flat().map(String) }),
      resources: [Resource ?? []].flat().map((resource) => withPlainIds(String(resource), template)),
      ...(Condition !== undefined && { condition: Condition }),
    };
  });
}

function withPlainIds(text: string, template: SynthesizedTemplate): string {
  return Object.keys(template.Resources).reduce((result, id) => result.replaceAll(id, plainId(id)), text);
}

export const allow = (actions: string[], resources: string[], condition?: Json): Statement => ({
  effect: 'Allow',
  actions,
  resources,
  ...(condition !== undefined && { condition }),
});

export const writeLogs = (group: string) => allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${group}.Arn`]);

/** What lets people into an instance. */
export const REACHED_BY_SESSION_MANAGER = allow(
  [
    'ssm:UpdateInstanceInformation',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
  ],
  ['*'],
);

/** `evaluate()` stands these in for the Region and the account. */
export const READS_ASSETS = allow(['s3:GetObject'], ['arn:aws:s3:::cdk-hnb659fds-assets-000000000000-us-east-1/*']);

/** What a function has that looks at proxies from inside the network. */
export const observer = (name: string): Statement[] => [
  writeLogs(`${name}Logs`),
  allow(
    ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
    ['*'],
  ),
  {
    effect: 'Deny',
    actions: [],
    // Lambda writes the log with the function's ARN, as if the code did it.
    notActions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: ['*'],
    condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
  },
];
