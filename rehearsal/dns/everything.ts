/** What an answer has beyond the records of the type that was asked for. */
import type { Answer, Question, ResourceRecord } from './answer';
import { labelsOf } from './wire/names';
import { TYPES } from './wire/values';

type Ask = (question: Question) => Answer;

/** ANY asks for the records of all types. Source: Route 53 logs such queries as answered; that the answer is whole is assumed. */
export function answerAny(name: string, ask: Ask): Answer {
  const all = TYPES.map((type) => ask({ name, type }));
  const found = all.filter(({ answers }) => answers.length > 0);
  const [first] = found.length > 0 ? found : all;
  // A CNAME record answers every type, and brings along what it leads to.
  const own = found.flatMap(({ answers }) => answers).filter((record) => record.name === name);
  const distinct = new Map(own.map((record) => [JSON.stringify(record), record]));
  return { rcode: first?.rcode ?? 'NOERROR', answers: [...distinct.values()], authorities: first?.authorities ?? [] };
}

/** Addresses, if they are in the same zones, of the hosts that an answer names. Source: developer guide, "DNS constraints and behaviors". */
export function additionalsOf({ answers }: Answer, ask: Ask): ResourceRecord[] {
  const hosts = new Set(answers.flatMap(hostOf));
  return [...hosts].flatMap((name) => ['A', 'AAAA'].flatMap((type) => ask({ name, type }).answers));
}

function hostOf({ type, data }: ResourceRecord): string[] {
  if (!['MX', 'NS', 'SRV'].includes(type) || typeof data !== 'string') return [];
  const host = data.trim().split(/\s+/).at(-1)?.replace(/\.$/, '') ?? '';
  return labelsOf(host).length > 0 ? [host] : [];
}
