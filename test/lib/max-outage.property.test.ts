import { App, Duration, Stack } from 'aws-cdk-lib';
import {
  FailoverBranch,
  FailoverEndpoint,
  type IAddressSource,
  MultivalueEndpoint,
  ProxyFleet,
  ProxyHealthCheck,
  VirtualIp,
} from 'cdk-proxy-fleet';
import fc from 'fast-check';
import { fleetOf, zoneOf } from './fixture';

/** Each run builds stacks, which costs as much as twenty plans do. */
const RUNS = Math.ceil(Number(process.env.FC_RUNS ?? 6000) / 20);
const SEED = Number(process.env.FC_SEED ?? Date.now() % 2_147_483_647);

interface Settings {
  readonly type: 'http' | 'https' | 'tcp';
  readonly interval: number;
  readonly failureThreshold: number;
  readonly ttl: number;
}

const settings = fc.record<Settings>({
  type: fc.constantFrom('http', 'https', 'tcp'),
  interval: fc.constantFrom(10, 30),
  failureThreshold: fc.integer({ min: 1, max: 10 }),
  ttl: fc.integer({ min: 1, max: 300 }),
});
const milliseconds = fc.integer({ min: 1000, max: 600_000 });

const healthCheckOf = ({ type, interval, failureThreshold }: Settings) =>
  ProxyHealthCheck[type]({ interval: Duration.seconds(interval), failureThreshold, port: 443 });

type Endpoint = MultivalueEndpoint | FailoverEndpoint;
type Build = (stack: Stack, source: IAddressSource, settings: Settings, maxOutage: Duration) => Endpoint;

const multivalue: Build = (stack, addresses, given, maxOutage) =>
  new MultivalueEndpoint(stack, 'Www', {
    ...{ zone: zoneOf(stack), recordName: 'www', addresses, maxOutage },
    ttl: Duration.seconds(given.ttl),
    healthCheck: healthCheckOf(given),
  });

const failover: Build = (stack, addresses, given, maxOutage) =>
  new FailoverEndpoint(stack, 'Shop', {
    ...{ zone: zoneOf(stack), recordName: 'shop', maxOutage },
    ttl: Duration.seconds(given.ttl),
    primary: FailoverBranch.addresses(addresses, { healthCheck: healthCheckOf(given) }),
    secondary: FailoverBranch.ipAddresses(['203.0.113.9']),
  });

/** What synth warns of, and how long the outage may be. */
function built(build: Build, given: Settings, maxOutage: number): { warning?: string; total: number } {
  const stack = new Stack(new App(), 'Test');
  const far = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.1', '203.0.113.2'] });
  const endpoint = build(stack, far, given, Duration.millis(maxOutage));
  return { warning: warningOf(endpoint), total: endpoint.failoverBudget.total.toSeconds() };
}

function warningOf({ node }: { node: Stack['node'] }): string | undefined {
  const warnings = node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => String(data));
  return warnings.find((warning) => warning.includes('cdk-proxy-fleet:maxOutage'));
}

/** Does what a warning says, and nothing else. */
function follow(given: Settings, warning: string, of: string): Settings {
  const advice = warning.slice(warning.indexOf(': set ') + 2);
  const number = (prop: string, value: string) => new RegExp(`${prop} to ${value}`).exec(advice)?.[1];
  const [ttl, interval, failureThreshold] = [
    number('ttl', 'Duration\\.seconds\\((\\d+)\\)'),
    number(`healthCheck\\.interval${of}`, 'Duration\\.seconds\\((\\d+)\\)'),
    number(`healthCheck\\.failureThreshold${of}`, '(\\d+)'),
  ];
  return {
    type: advice.includes(`healthCheck${of} to one of ProxyHealthCheck.http()`) ? 'http' : given.type,
    ttl: Number(ttl ?? given.ttl),
    interval: Number(interval ?? given.interval),
    failureThreshold: Number(failureThreshold ?? given.failureThreshold),
  };
}

beforeAll(() => {
  process.stdout.write(`maxOutage property: FC_SEED=${SEED} ${RUNS} runs\n`);
});

test.each<[string, Build, string, string]>([
  ['a multivalue name', multivalue, '', 'a VirtualIp'],
  ['a name that fails over', failover, ' of primary', 'which every maxOutage must allow for'],
])(
  `what the warning of %s says is enough, and no more than it must be (FC_SEED=${SEED} ${RUNS} runs)`,
  (_, build, of, beyond) => {
    fc.assert(
      fc.property(settings, milliseconds, (given, maxOutage) => {
        const { warning, total } = built(build, given, maxOutage);
        const best = 16 + 10 + Math.min(10, given.ttl);

        expect(warning !== undefined).toBe(total * 1000 > maxOutage);
        if (warning === undefined) return;
        if (best * 1000 > maxOutage) {
          expect(warning).toMatch(new RegExp(`DNS cannot, it takes ${best} s .*${beyond}`));
          return;
        }
        const followed = follow(given, warning, of);
        const after = built(build, followed, maxOutage);
        expect(after.warning).toBeUndefined();
        if (followed.ttl < given.ttl) expect((after.total + 1) * 1000).toBeGreaterThan(maxOutage);
        expect(followed.ttl).toBeGreaterThanOrEqual(Math.min(10, given.ttl));
      }),
      { numRuns: RUNS, seed: SEED },
    );
  },
);

test(`what the warning of a virtual IP says is enough (FC_SEED=${SEED})`, () => {
  const warned = (heartbeat: number, maxOutage: number) => {
    const { stack, fleet } = fleetOf({ zones: 2 });
    const options = { heartbeat: Duration.millis(heartbeat), maxOutage: Duration.millis(maxOutage) };
    return warningOf(new VirtualIp(stack, 'Vip', { fleet, ...options }));
  };

  fc.assert(
    fc.property(fc.integer({ min: 10, max: 4095 }), fc.integer({ min: 15_000, max: 200_000 }), (steps, maxOutage) => {
      const warning = warned(steps * 10, maxOutage);
      if (warning === undefined) return;
      if (maxOutage < 21_000) {
        expect(warning).toContain('no prop makes a takeover quicker than 21 s');
        return;
      }

      const told = /set heartbeat of the fleet's virtual IPs to Duration\.millis\((\d+)\)/.exec(warning)?.[1];

      expect(warned(Number(told), maxOutage)).toBeUndefined();
    }),
    { numRuns: 20, seed: SEED },
  );
});
