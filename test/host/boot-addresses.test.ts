/** How the boot script looks at the addresses of its interface, with the very functions of the user data and stand-ins around them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { renderBootScript } from '../../lib/host/boot-script';
import { optional } from '../templates/checkers';
import { hasIpv6 } from '../templates/loopback';

const script = renderBootScript({ packages: ['haproxy'], checkCommand: 'true', bootCommands: [] });
const functions = script.slice(script.indexOf('interface_addresses()'), script.indexOf('\nretry 60 10 dnf'));

/** Metadata as the service writes it, without a line break at the end; curl says what it was asked for. */
const STAND_INS = `
imds() {
  case $1 in
    mac) printf '02:00:00:00:00:01' ;;
    network/interfaces/macs/02:00:00:00:00:01/local-ipv4s) printf '%s' "$IPV4" ;;
    network/interfaces/macs/02:00:00:00:00:01/ipv6s) [ -n "$IPV6" ] && printf '%s' "$IPV6" ;;
    *) return 22 ;;
  esac
}
curl() { echo "\${*: -1}"; }
`;

interface Interface {
  readonly lists: string;
  readonly expected: number;
  readonly ipv4: string;
  readonly ipv6?: string;
}

/** Runs a function of the script, and gives back what it printed and whether it succeeded. */
async function run(name: string, { lists, expected, ipv4, ipv6 = '' }: Interface): Promise<string[]> {
  const text = `set -euo pipefail\n${functions}\n${STAND_INS}\nif ${name}; then echo yes; else echo no; fi`;
  const env = { ...process.env, ADDRESS_LISTS: lists, ADDRESSES: String(expected), IPV4: ipv4, IPV6: ipv6 };
  const { stdout } = await promisify(execFile)('bash', ['-c', text], { env });
  return stdout.trim().split('\n');
}

const BOTH = 'local-ipv4s ipv6s';

describe('the host owns its addresses', () => {
  test.each<[string, Interface, string]>([
    ['when each is there, in whatever notation', { lists: BOTH, expected: 2, ipv4: '127.0.0.1', ipv6: '0:0:0:0:0:0:0:1' }, 'yes'],
    [
      'not while the IPv6 address is missing on the host',
      { lists: BOTH, expected: 2, ipv4: '127.0.0.1', ipv6: '2001:db8::1' },
      'no',
    ],
    ['not while the interface has no IPv6 address', { lists: BOTH, expected: 2, ipv4: '127.0.0.1' }, 'no'],
    ['not while the IPv4 address is missing on the host', { lists: BOTH, expected: 2, ipv4: '192.0.2.1', ipv6: '::1' }, 'no'],
    ['not while the interface lacks an address', { lists: 'local-ipv4s', expected: 2, ipv4: '127.0.0.1' }, 'no'],
    [
      'whatever the IPv6 of an IPv4 fleet is',
      { lists: 'local-ipv4s', expected: 1, ipv4: '127.0.0.1', ipv6: '2001:db8::1' },
      'yes',
    ],
  ])('%s', async (_, state, expected) => {
    const loss = 'the boot script is not tried';
    if (optional('ip', loss) === undefined || !hasIpv6(loss)) return;

    expect(await run('addresses_owned', state)).toEqual([expected]);
  });
});

test('the live path is asked for on every address of both families', async () => {
  expect(await run('live_everywhere', { lists: BOTH, expected: 3, ipv4: '10.0.0.5\n10.0.0.6', ipv6: '2001:db8::1' })).toEqual([
    'http://10.0.0.5:8404/livez',
    'http://10.0.0.6:8404/livez',
    'http://[2001:db8::1]:8404/livez',
    'yes',
  ]);
});
