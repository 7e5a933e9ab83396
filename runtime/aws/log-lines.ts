import type { InstanceRecordPorts } from '../instance-record-ports';
import type { PoolPorts, RecordPorts, TakeoverLog } from '../ports';

/** One line of JSON an entry. Not through the console, whose text Lambda would put into a line of its own as a string. */
export const logLines: TakeoverLog & PoolPorts['log'] & RecordPorts['log'] & InstanceRecordPorts['log'] = {
  write: (entry: object) => process.stdout.write(`${JSON.stringify(entry)}\n`),
};
