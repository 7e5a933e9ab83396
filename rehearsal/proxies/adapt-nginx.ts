/**
 * Makes a configuration of nginx fit into a laptop, as `adaptConfiguration()` does for HAProxy. What an instance gets of its packages, the
 * user and the module for streams, is told here, because each distribution keeps it elsewhere.
 */
import { CERTIFICATE_DIRECTORY, ENGINE_DIRECTORY } from '../../lib/private/contract';
import { nginxModules } from './engine-binary';
import { type Adaptation, type Door, localPort, type Surroundings } from './surroundings';

/** True for a configuration of nginx. */
export function isNginx(text: string): boolean {
  return /^daemon off;$/m.test(text);
}

export function adaptNginx(text: string, { addresses, targets, directory, plain }: Surroundings): Adaptation {
  const changed: string[] = [];
  const lines = text.split('\n').flatMap((line) => {
    const spoken = plain ? withoutMore(line) : [line];
    const adapted = spoken
      .flatMap((each) => adaptLine(each, addresses))
      .map((each) =>
        each
          .replace(/^(\s+server )(\d[\d.]*:\d+)/, (whole, head: string, target: string) => {
            const place = targets.get(target);
            return place ? `${head}${place.address}:${place.port}` : whole;
          })
          .replaceAll(ENGINE_DIRECTORY, directory)
          .replaceAll(CERTIFICATE_DIRECTORY, directory),
      );
    if (adapted.length !== 1 || adapted[0] !== line) changed.push(line.trim());
    return adapted;
  });
  const added = [
    // As root nginx would give its workers to a user who may not read our folder.
    ...(process.getuid?.() === 0 ? ['user root;'] : []),
    ...(/^stream \{/m.test(text) ? nginxModules('stream') : []),
  ];
  return { text: [...added, ...lines].join('\n'), changed, added };
}

/** Without TLS to targets and without the PROXY protocol. */
function withoutMore(line: string): string[] {
  if (/^\s+(proxy_ssl\w*|proxy_protocol|real_ip_header) /.test(line)) return [];
  return [line.replace(/^(\s+listen .*) proxy_protocol;/, '$1;').replace(/^(\s+proxy_pass "?)https:/, '$1http:')];
}

function adaptLine(line: string, addresses: readonly string[]): string[] {
  if (/^\s+listen \[::\]/.test(line) || line.startsWith('include /usr/share/nginx/modules/')) return [];
  const listen = /^(\s+listen )(\d+)(.*)$/.exec(line);
  if (!listen) return [line];
  const [, head = '', port, rest = ''] = listen;
  return addresses.map((address) => `${head}${address}:${localPort(Number(port))}${rest}`);
}

/** What the configuration listens on, in its order. */
export function nginxDoorsOf(text: string): Door[] {
  return [...text.matchAll(/^\s+listen (\d+)(.*);$/gm)].map(([, port, options = '']) => ({
    port: Number(port),
    tls: / ssl( |$)/.test(options),
  }));
}

/** Targets, as 'address:port'. */
export function nginxTargetsOf(text: string): string[] {
  return [...text.matchAll(/^\s+server (\d[\d.]*:\d+)/gm)].map((match) => match[1] as string);
}
