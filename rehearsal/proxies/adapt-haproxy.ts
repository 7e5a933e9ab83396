/** Makes a configuration of HAProxy fit into a laptop. */
import { ENGINE_DIRECTORY } from '../../lib/private/contract';
import { type Adaptation, localPort, type Surroundings } from './surroundings';

export function adaptHaproxy(text: string, { addresses, targets, resolver, directory }: Surroundings): Adaptation {
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
      .replaceAll(ENGINE_DIRECTORY, directory);
    if (adapted !== line) changed.push(line.trim());
    return adapted;
  });
  // HAProxies would share a port without a word, and then each other's traffic.
  return { text: lines.join('\n').replace(/^global$/m, 'global\n    noreuseport'), changed, added: ['noreuseport'] };
}

/** Ports that the configuration binds, in their order. */
export function haproxyPortsOf(text: string): number[] {
  return [...text.matchAll(/^\s+bind \*:(\d+)/gm)].map((match) => Number(match[1]));
}

/** Targets with fixed addresses, as 'address:port'. */
export function haproxyTargetsOf(text: string): string[] {
  return [...text.matchAll(/^\s+server \S+ (\S+)/gm)].map((match) => match[1] as string);
}
