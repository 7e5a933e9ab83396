/**
 * Computes what CloudFormation would put in place of its functions, with stand-ins for everything that only a deploy can know.
 *
 * Gotchas: a reference that nobody gave a value becomes a readable text ('Logical.Attribute'), never an error, because most of a
 * template does not matter here. Conditions are not evaluated: `Fn::If` takes its first branch.
 */
import type { Json, Template } from './load-template';

/** Values of references: 'Logical' for Ref, 'Logical.Attribute' for GetAtt. */
export type StandIns = ReadonlyMap<string, string>;

const PSEUDO: Record<string, string> = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::StackName': 'stack',
  'AWS::StackId': 'stack-id',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** Names of the zones that `Fn::GetAZs` stands for. */
export const ZONES = ['zone-a', 'zone-b', 'zone-c', 'zone-d', 'zone-e', 'zone-f'];

/** Replaces every function in `value`. */
export function evaluate(value: Json | undefined, template: Template, standIns: StandIns): Json {
  const inner = (next: Json | undefined): Json => evaluate(next, template, standIns);
  if (value === undefined || value === null || typeof value !== 'object') return value ?? null;
  if (Array.isArray(value)) return value.map(inner);
  const keys = Object.keys(value);
  if (keys.length === 1) {
    const [name = ''] = keys;
    // Every object has more names than its own, such as valueOf.
    const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (apply) return apply(value[name] as Json, inner, (reference) => lookUp(reference, template, standIns));
  }
  return Object.fromEntries(Object.entries(value).map(([key, next]) => [key, inner(next)]));
}

/** The logical id that a bare `Ref` or `Fn::GetAtt` names. */
export function referenceOf(value: Json | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  if (typeof value.Ref === 'string') return value.Ref;
  const attribute = value['Fn::GetAtt'];
  if (Array.isArray(attribute) && typeof attribute[0] === 'string') return attribute[0];
  return typeof attribute === 'string' ? attribute.split('.')[0] : undefined;
}

function lookUp(reference: string, template: Template, standIns: StandIns): string {
  const byDefault = template.Parameters?.[reference]?.Default;
  return (
    standIns.get(reference) ??
    PSEUDO[reference] ??
    (['string', 'number'].includes(typeof byDefault) ? String(byDefault) : reference)
  );
}

type Apply = (argument: Json, inner: (value: Json | undefined) => Json, look: (reference: string) => string) => Json;

const list = (value: Json): Json[] => (Array.isArray(value) ? value : []);
const text = (value: Json | undefined): string => (typeof value === 'object' ? JSON.stringify(value) : String(value ?? ''));

const FUNCTIONS: Record<string, Apply> = {
  Ref: (argument, _inner, look) => look(text(argument)),
  'Fn::GetAtt': (argument, _inner, look) => look(Array.isArray(argument) ? argument.map(text).join('.') : text(argument)),
  'Fn::Base64': (argument, inner) => inner(argument),
  'Fn::GetAZs': () => ZONES,
  'Fn::If': (argument, inner) => inner(list(argument)[1]),
  'Fn::GetStackOutput': (argument, inner) => {
    const { StackName, OutputName } = inner(argument) as Record<string, Json>;
    return `${text(StackName)}.${text(OutputName)}`;
  },
  'Fn::ImportValue': (argument, inner) => inner(argument),
  'Fn::Join': (argument, inner) => {
    const [separator, parts] = list(argument);
    return list(inner(parts)).map(text).join(text(separator));
  },
  'Fn::Select': (argument, inner) => {
    const [index, from] = list(argument);
    return list(inner(from))[Number(inner(index))] ?? null;
  },
  'Fn::Split': (argument, inner) => {
    const [separator, from] = list(argument);
    return text(inner(from)).split(text(separator));
  },
  'Fn::Sub': (argument, inner, look) => {
    const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
    const own = inner(variables) as Record<string, Json>;
    return text(pattern)
      .replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) => (Object.hasOwn(own, name) ? text(own[name]) : look(name)))
      .replaceAll('${!', '${');
  },
};
