/** The order in which CloudFormation makes resources, as a graph: `DependsOn` and references, both of which make it wait. */
import type { Json } from '../../rehearsal/template/load-template';
import type { SynthesizedTemplate } from './synth';

/** What each resource waits for, directly. */
export type Dependencies = ReadonlyMap<string, ReadonlySet<string>>;

export function dependenciesOf(template: SynthesizedTemplate): Dependencies {
  return new Map(
    Object.entries(template.Resources).map(([id, { DependsOn = [], ...rest }]) => {
      const named = [...[DependsOn].flat(), ...referencesIn(rest as unknown as Json).map(({ id: to }) => to)];
      return [id, new Set(named.filter((to) => to in template.Resources))];
    }),
  );
}

/** A place where a value refers to a resource or parameter. */
export interface Reference {
  readonly id: string;
  /** Missing for `Ref`. */
  readonly attribute?: string;
}

/** Every `Ref`, `Fn::GetAtt` and `Fn::Sub` within a value. */
export function referencesIn(value: Json | undefined): Reference[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  return Object.entries(value).flatMap(([key, inner]): Reference[] => {
    if (key === 'Ref') return [{ id: String(inner) }];
    if (key === 'Fn::GetAtt') return [split(Array.isArray(inner) ? inner.join('.') : String(inner))];
    if (key !== 'Fn::Sub') return referencesIn(inner);
    const [pattern, variables] = Array.isArray(inner) ? inner : [inner];
    const named = [...String(pattern).matchAll(/\$\{([^!}]+)\}/g)].map(([, name = '']) => split(name));
    return [...named, ...referencesIn(variables)];
  });
}

function split(path: string): Reference {
  const [id = '', ...attribute] = path.split('.');
  return attribute.length === 0 ? { id } : { id, attribute: attribute.join('.') };
}

/** Everything that is there before `from` is made. */
export function madeBefore(dependencies: Dependencies, from: string): Set<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of dependencies.get(id) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** Resources that would have to be there before themselves. */
export function circular(dependencies: Dependencies): string[] {
  return [...dependencies.keys()].filter((id) => madeBefore(dependencies, id).has(id));
}
