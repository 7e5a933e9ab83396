// What `npm run bench:proxy` may be asked for.
import { parseArgs } from 'node:util';

const USAGE = 'usage: npm run bench:proxy -- [--rounds N] [--seconds S] [--seed N] [--only haproxy|nginx] [--json FILE]';

export class UsageError extends Error {}

export const ENGINES = ['haproxy', 'nginx'];

export function readOptions(words) {
  const { values } = parse(words);
  const { only } = values;
  if (only !== undefined && !ENGINES.includes(only)) refuse('--only', `one of ${ENGINES.join(', ')}`, only);
  return {
    rounds: wholeNumber('--rounds', values.rounds ?? '5'),
    seconds: wholeNumber('--seconds', values.seconds ?? '3'),
    seed: wholeNumber('--seed', values.seed ?? String(1 + Math.floor(Math.random() * 1e6))),
    engines: only === undefined ? ENGINES : [only],
    json: values.json,
  };
}

function parse(words) {
  const text = { type: 'string' };
  try {
    return parseArgs({ args: words, options: { rounds: text, seconds: text, seed: text, only: text, json: text } });
  } catch (error) {
    throw new UsageError(`${error.message}\n${USAGE}`);
  }
}

function wholeNumber(name, word) {
  const number = Number(word);
  if (!/^\d+$/.test(word) || number < 1) refuse(name, 'a whole number from 1', word);
  return number;
}

function refuse(name, allowed, got) {
  throw new UsageError(`${name} must be ${allowed}, got '${got}'\n${USAGE}`);
}
