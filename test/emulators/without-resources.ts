/** Takes out of a template what the emulator cannot play, and says so where that leaves a gap. */

import type { Json } from '../../rehearsal/template/load-template';
import { referencesIn } from '../templates/dependencies';
import type { SynthesizedTemplate } from '../templates/synth';

/** Types that are taken out, and why. */
export const TAKEN_OUT: Record<string, string> = {
  'Custom::ProxyFleetVirtualIp':
    'moto would invoke the lifecycle function in a container; the tests run the functions themselves',
};

/**
 * The template without the resources of these types. A `DependsOn` on one of them goes with it: what waited has nothing to wait for.
 *
 * @throws when something refers to a resource that is gone: no value would be true
 */
export function withoutResources(template: SynthesizedTemplate, types: readonly string[]): SynthesizedTemplate {
  const kept = Object.entries(template.Resources).filter(([, { Type }]) => !types.includes(Type));
  const Resources = Object.fromEntries(
    kept.map(([id, { DependsOn, ...resource }]) => {
      const left = [DependsOn ?? []].flat().filter((other) => kept.some(([name]) => name === other));
      return [id, left.length === 0 ? resource : { ...resource, DependsOn: left }];
    }),
  );
  const result = { ...template, Resources };
  const dangling = referencesIn(result as unknown as Json).filter(({ id }) => id in template.Resources && !(id in Resources));
  if (dangling.length > 0) {
    throw new Error(
      `still referred to after its type was taken out: ${dangling.map(({ id, attribute }) => `${id}.${attribute ?? 'Ref'}`).join(', ')}`,
    );
  }
  return result;
}
