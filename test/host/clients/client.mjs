// The same as client.py for Node: node client.mjs new|kept PORT ANSWERS END
import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const [, , kind, port, answers, end] = process.argv;
const agent = new Agent({ keepAlive: kind === 'kept', maxSockets: 1 });
let known = { at: 0, list: [] };
let count = 0;

function lookup(_, options, callback) {
  if (Date.now() > known.at + 500) known = { at: Date.now(), list: readFileSync(answers, 'utf8').trim().split('\n') };
  const address = known.list[Math.floor(Math.random() * known.list.length)];
  if (options.all) callback(null, [{ address, family: 4 }]);
  else callback(null, address, 4);
}

const ask = () =>
  new Promise((resolve) => {
    const call = request({ host: 'fleet.test', port, agent, lookup, timeout: 5000 }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
      response.on('error', (error) => resolve(error.code));
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', (error) => resolve(error.code ?? error.message));
    call.end();
  });

while (!existsSync(end)) {
  count++;
  const status = await ask();
  if (status !== 200) console.log('failure', status);
  await pause(10);
}
console.log('requests', count);
process.exit();
