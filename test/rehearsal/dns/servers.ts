/** DNS servers for the tests, with a zone of everything that matters. They are closed with `closeAll`. */
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { multivalue, simple, zoneOf } from './zones';

export const hundred = Array.from({ length: 100 }, (_, index) => `127.20.1.${index}`);

const everything = zoneOf(
  ...multivalue('www.example.com', 8),
  ...multivalue('many.example.com', 30),
  ...multivalue('a-service-with-long-name.example.com', 8),
  simple('hundred.example.com', hundred),
  simple('v6.example.com', ['2001:db8::1'], 'AAAA'),
  simple('nine.example.com', ['127.20.2.1'], 'A', 9),
  simple('broken.example.com', ['no address']),
);
const random = seededRandom(1);
const servers: DnsServer[] = [];

export function make({ port = 0, timeScale = 10, zone = everything } = {}): DnsServer {
  const decide = (question: { name: string; type: string }) => answer([zone], question, () => true, random);
  const made = new DnsServer({ address: '127.10.0.53', port, timeScale, answer: decide });
  servers.push(made);
  return made;
}

export async function closeAll(): Promise<void> {
  await Promise.all(servers.splice(0).map((server) => server.close()));
}
