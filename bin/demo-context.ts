/** What the demo is told with `cdk -c name=value`; everything is optional. */
export interface DemoContext {
  /** VPC with public subnets in two zones at least, looked up; without it the demo makes one. */
  readonly vpcId?: string;
  /** Public hosted zone that exists; without it the demo makes one. */
  readonly zone?: { readonly name: string; readonly id: string };
  /** Name of the multivalue records within the zone. */
  readonly recordName: string;
  /** Services to put the fleet in front of; without them the demo makes two. */
  readonly targets?: { readonly addresses: string[]; readonly port: number };
  readonly proxies: number;
  readonly engine: 'haproxy' | 'nginx';
}

/** Reads and checks the context of the demo. Errors say what, got, allowed, do. */
export function readDemoContext(get: (name: string) => unknown): DemoContext {
  const text = (name: string): string | undefined => {
    const value: unknown = get(name);
    return value === undefined || value === '' ? undefined : String(value);
  };
  const name = text('zoneName');
  const id = text('hostedZoneId');
  if ((name === undefined) !== (id === undefined)) {
    throw new Error(
      `zoneName and hostedZoneId belong together, got only ${name === undefined ? 'hostedZoneId' : 'zoneName'}: give both or none`,
    );
  }
  return {
    vpcId: text('vpcId'),
    zone: name === undefined || id === undefined ? undefined : { name, id },
    recordName: text('recordName') ?? 'www',
    targets: readTargets(text('targets')),
    proxies: readProxies(text('proxies')),
    engine: readEngine(text('engine')),
  };
}

function readEngine(value = 'haproxy'): DemoContext['engine'] {
  if (value !== 'haproxy' && value !== 'nginx')
    throw new Error(`engine must be haproxy or nginx, got '${value}': use -c engine=nginx`);
  return value;
}

function readProxies(value = '3'): number {
  const proxies = Number(value);
  if (!Number.isInteger(proxies) || proxies < 2)
    throw new Error(`proxies must be a whole number of at least 2, got '${value}': use -c proxies=3`);
  return proxies;
}

function readTargets(value: string | undefined): DemoContext['targets'] {
  if (value === undefined) return undefined;
  const pairs = value.split(',').map((pair) => pair.trim().split(':'));
  const ports = new Set(pairs.map(([, port]) => Number(port)));
  const [port] = ports;
  if (ports.size !== 1 || port === undefined || !Number.isInteger(port) || pairs.some((pair) => pair.length !== 2)) {
    throw new Error(
      `targets must be address:port pairs with one port in common, got '${value}': use -c targets=10.0.0.5:8080,10.0.1.5:8080`,
    );
  }
  return { addresses: pairs.map(([address = '']) => address), port };
}
