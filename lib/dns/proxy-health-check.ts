import { Annotations, Duration, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { HEALTH_PORT, READY_PATH, seesDrain } from '../private/contract';
import { isIpv6, isPublicIpv6 } from '../private/ipv6';
import type { NameCheck } from '../private/records-contract';
import { fail, isIpv4, isPublicIpv4, requireWhole } from '../private/validate';

/** How Route 53 decides whether an address is healthy. */
export interface ProxyHealthCheckOptions {
  /**
   * Port that is probed. It must be the health port or the port of a listener.
   *
   * @default 8404
   */
  readonly port?: number;

  /**
   * Time between the end of a probe and the start of the next, per checker: 10 or 30 seconds, nothing else. Ten seconds cost more
   * (an optional feature in Route 53's price list).
   *
   * @default Duration.seconds(10)
   */
  readonly interval?: Duration;

  /**
   * Consecutive results, 1 to 10, after which a checker changes its mind, in both directions.
   *
   * @default 3
   */
  readonly failureThreshold?: number;
}

/** Options of an HTTP or HTTPS health check. */
export interface HttpProxyHealthCheckOptions extends ProxyHealthCheckOptions {
  /**
   * Path that must answer with a status from 200 to 399.
   *
   * @default '/healthz'
   */
  readonly path?: string;
}

/** What is asked of a known address; a check of either family names the address itself and judges that family alone. */
const FAMILIES = {
  IPv4: {
    isAddress: isIpv4,
    isPublic: isPublicIpv4,
    form: 'four numbers from 0 to 255 without leading zeros',
    publish: 'the Elastic IP',
  },
  IPv6: {
    isAddress: isIpv6,
    isPublic: isPublicIpv6,
    form: 'eight groups of hexadecimal digits or their short form, without a zone',
    publish: 'a global unicast address',
  },
} as const;

type AddressFamily = keyof typeof FAMILIES;

/**
 * The health check that an endpoint makes for each of its addresses.
 *
 * Sixteen checkers in eight Regions probe an address on their own; it is healthy while more than 18 % of them say so. Of a dual-stack
 * fleet each family has a check of its own, which probes over that family.
 *
 * Source: Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy".
 *
 * @example
 * declare const zone: route53.IHostedZone;
 * declare const fleet: ProxyFleet;
 * new MultivalueEndpoint(this, 'Www', {
 *   zone,
 *   recordName: 'www',
 *   addresses: fleet,
 *   healthCheck: ProxyHealthCheck.http({ interval: Duration.seconds(30) }),
 * });
 */
export class ProxyHealthCheck {
  /** Asks for a path over HTTP. The right choice for nearly everybody: a lost packet costs 4 to 6 s a probe, not 10 s. */
  public static http(options: HttpProxyHealthCheckOptions = {}): ProxyHealthCheck {
    return new ProxyHealthCheck(route53.HealthCheckType.HTTP, options, options.path ?? READY_PATH);
  }

  /** Asks for a path over HTTPS at a listener's port, which must be given. Route 53 does not look at the certificate. */
  public static https(options: HttpProxyHealthCheckOptions = {}): ProxyHealthCheck {
    return new ProxyHealthCheck(route53.HealthCheckType.HTTPS, options, options.path ?? READY_PATH);
  }

  /** Only connects. Detects a black hole 6 s x threshold later than HTTP does, and a hung proxy or a drain never; synth warns. */
  public static tcp(options: ProxyHealthCheckOptions = {}): ProxyHealthCheck {
    return new ProxyHealthCheck(route53.HealthCheckType.TCP, options);
  }

  /** @internal */
  public readonly _type: route53.HealthCheckType.HTTP | route53.HealthCheckType.HTTPS | route53.HealthCheckType.TCP;
  /** @internal */
  public readonly _port: number;
  /** @internal */
  public readonly _interval: Duration;
  /** @internal */
  public readonly _failureThreshold: number;

  private constructor(
    type: route53.HealthCheckType.HTTP | route53.HealthCheckType.HTTPS | route53.HealthCheckType.TCP,
    options: ProxyHealthCheckOptions,
    private readonly path?: string,
  ) {
    this._type = type;
    this._port = options.port ?? HEALTH_PORT;
    this._interval = options.interval ?? Duration.seconds(10);
    this._failureThreshold = options.failureThreshold ?? 3;
  }

  /**
   * Checks the options once for an endpoint.
   *
   * @internal
   */
  public _validate(scope: Construct): void {
    requireWhole(scope, 'port of a health check', this._port, 1, 65535, `leave it out for ${HEALTH_PORT}`);
    requireWhole(scope, 'failureThreshold', this._failureThreshold, 1, 10, 'leave it out for 3');
    const seconds = this._interval.isUnresolved() ? undefined : this._interval.toSeconds({ integral: false });
    if (seconds !== undefined && ![10, 30].includes(seconds)) {
      fail(scope, `interval of a health check must be 10 or 30 seconds, got ${seconds}: use Duration.seconds(10)`);
    }
    if (this.path !== undefined && !Token.isUnresolved(this.path) && !/^\/[^\s]{0,254}$/.test(this.path)) {
      fail(
        scope,
        `path of a health check must start with '/' and have at most 255 characters without spaces, got '${this.path}'`,
      );
    }
    if (this._type === route53.HealthCheckType.HTTPS && this._port === HEALTH_PORT) {
      fail(
        scope,
        `port of an HTTPS health check must be that of a listener, got ${HEALTH_PORT}, where proxies speak HTTP: give a port`,
      );
    }
    if (this._type === route53.HealthCheckType.TCP) {
      Annotations.of(scope).addWarningV2(
        'cdk-proxy-fleet:tcpHealthCheck',
        'a TCP health check notices a black hole 6 s x failureThreshold later than HTTP, and a hung proxy or a drain never: use ProxyHealthCheck.http()',
      );
    }
  }

  /**
   * Warns for addresses of proxies of ours when the health check does not see that one is about to go; one of TCP has a warning of its own.
   *
   * @internal
   */
  public _warnOfDrain(scope: Construct): void {
    const isKnown = !Token.isUnresolved(this._port) && !Token.isUnresolved(this.path);
    if (
      this._type === route53.HealthCheckType.TCP ||
      !isKnown ||
      seesDrain({ Type: this._type, Port: this._port, ResourcePath: this.path })
    )
      return;
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:drainUnseen',
      `only ${READY_PATH} over HTTP at port ${HEALTH_PORT} tells that a proxy drains, got another health check: clients still come to a proxy ` +
        'that was stopped, until the check has failed: use ProxyHealthCheck.http() without port and path',
    );
  }

  /**
   * What a health check of any address is made of, in the words of Route 53.
   *
   * @internal
   */
  public get _settings(): NameCheck {
    return {
      Type: this._type,
      Port: this._port,
      ...(this.path !== undefined && { ResourcePath: this.path }),
      RequestInterval: this._interval.toSeconds(),
      FailureThreshold: this._failureThreshold,
    };
  }

  /**
   * Makes the health check of one address.
   *
   * @internal
   */
  public _bind(scope: Construct, id: string, ipAddress: string, family: AddressFamily = 'IPv4'): route53.HealthCheck {
    if (!Token.isUnresolved(ipAddress)) {
      const { isAddress, isPublic, form, publish } = FAMILIES[family];
      if (!isAddress(ipAddress)) fail(scope, `address must be ${family}, got '${ipAddress}': give ${form}`);
      if (!isPublic(ipAddress)) {
        fail(scope, `a Route 53 health check reaches public addresses only, got '${ipAddress}': publish ${publish}`);
      }
    }
    return new route53.HealthCheck(scope, id, {
      type: this._type,
      ipAddress,
      port: this._port,
      resourcePath: this.path,
      requestInterval: this._interval,
      failureThreshold: this._failureThreshold,
    });
  }
}
