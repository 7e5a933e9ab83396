import type { TakeoverEntry, TakeoverLog } from '../ports';

/** One JSON line an entry, where CloudWatch Logs finds it. */
export const consoleLog: TakeoverLog = {
  write: (entry: TakeoverEntry) => console.log(JSON.stringify(entry)),
};
