import type { TakeoverEntry, TakeoverLog } from '../ports';

/** One line of JSON an entry. Not through the console, whose text Lambda would put into a line of its own as a string. */
export const logLines: TakeoverLog = {
  write: (entry: TakeoverEntry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
};
