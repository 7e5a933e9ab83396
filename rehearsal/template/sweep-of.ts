import { referenceOf } from './evaluate';
import type { Json, Template } from './load-template';
import { objectOf, resourcesOf } from './resources';

/** Seconds between two scheduled runs of a function; undefined when no schedule runs it. */
export function sweepOf(functionId: string, template: Template): number | undefined {
  for (const [, { Properties }] of resourcesOf(template, 'AWS::Events::Rule')) {
    const targets = (Properties?.Targets ?? []) as Json[];
    const rate = /^rate\((\d+) (minute|hour)s?\)$/.exec(String(Properties?.ScheduleExpression ?? ''));
    if (rate && targets.some((target) => referenceOf(objectOf(target).Arn) === functionId)) {
      return Number(rate[1]) * (rate[2] === 'hour' ? 3600 : 60);
    }
  }
  return undefined;
}
