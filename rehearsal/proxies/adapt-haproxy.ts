/** Makes a configuration of HAProxy fit into a laptop. */
import { CERTIFICATE_DIRECTORY, ENGINE_DIRECTORY } from '../../lib/private/contract';
import { type Adaptation, type Door, localPort, type Surroundings } from './surroundings';

/** TLS to targets, with what comes of it in checks, and the PROXY protocol to them. */
const BEYOND_PLAIN =
  / (ssl verify none|ssl verify required ca-file \S+ sni \S+ verifyhost \S+|check-sni \S+|(check-)?send-proxy(-v2)?)(?= |$)/g;

export function adaptHaproxy(text: string, { addresses, targets, resolver, directory, plain }: Surroundings): Adaptation {
  const changed: string[] = [];
  const lines = text.split('\n').flatMap((line) => {
    if (/^\s+bind :::\d+/.test(line)) {
      changed.push(line.trim());
      return [];
    }
    const adapted = line
      .replace(
        /^(\s+bind )\*:(\d+)/,
        (_, head: string, port: string) => head + addresses.map((a) => `${a}:${localPort(Number(port))}`).join(','),
      )
      .replace(/^(\s+server \S+ )(\S+)/, (whole, head: string, target: string) => {
        const place = targets.get(target);
        return place ? `${head}${place.address}:${place.port}` : whole;
      })
      .replace(/^(\s+nameserver \S+ )\S+/, `$1${resolver.address}:${resolver.port}`)
      .replaceAll(ENGINE_DIRECTORY, directory)
      .replaceAll(CERTIFICATE_DIRECTORY, directory);
    const spoken = plain ? withoutMore(adapted) : adapted;
    if (spoken !== line) changed.push(line.trim());
    return spoken;
  });
  // HAProxies would share a port without a word, and then each other's traffic.
  return { text: lines.join('\n').replace(/^global$/m, 'global\n    noreuseport'), changed, added: ['noreuseport'] };
}

function withoutMore(line: string): string {
  if (/^\s+bind /.test(line)) return line.replace(' accept-proxy', '');
  return /^\s+(default-server|server|server-template) /.test(line) ? line.replace(BEYOND_PLAIN, '') : line;
}

/** What the configuration binds, in its order. */
export function haproxyDoorsOf(text: string): Door[] {
  return [...text.matchAll(/^\s+bind \*:(\d+)(.*)$/gm)].map(([, port, options = '']) => ({
    port: Number(port),
    tls: / ssl( |$)/.test(options),
  }));
}

/** Targets with fixed addresses, as 'address:port'. */
export function haproxyTargetsOf(text: string): string[] {
  return [...text.matchAll(/^\s+server \S+ (\S+)/gm)].map((match) => match[1] as string);
}
