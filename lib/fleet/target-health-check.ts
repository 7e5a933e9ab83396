import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail, requireWhole } from '../private/validate';
import { LONGEST_TIME, requireTime } from './listener-values';

/** How a proxy decides whether a target may get traffic. */
export interface TargetHealthCheckOptions {
  /**
   * Time between two checks of a target by one proxy; 1 second to 24 days.
   *
   * @default Duration.seconds(5)
   */
  readonly interval?: Duration;

  /**
   * Good checks in a row until a target gets traffic again, 1 to 100.
   *
   * @default 2
   */
  readonly rise?: number;

  /**
   * Failed checks in a row until a target gets no traffic, 1 to 100.
   *
   * @default 3
   */
  readonly fall?: number;
}

/** Options of an HTTP check of targets. */
export interface HttpTargetHealthCheckOptions extends TargetHealthCheckOptions {
  /**
   * Path that must answer with a status from 200 to 399.
   *
   * @default '/'
   */
  readonly path?: string;
}

/**
 * The check that each proxy makes of each target.
 *
 * @example
 * declare const listener: Listener;
 * listener.addTargets('App', {
 *   targets: ProxyTargets.dnsName('app.internal.example.com'),
 *   port: 8080,
 *   healthCheck: TargetHealthCheck.http({ path: '/health', fall: 2 }),
 * });
 */
export class TargetHealthCheck {
  /** Asks for a path over HTTP. */
  public static http(options: HttpTargetHealthCheckOptions = {}): TargetHealthCheck {
    return new TargetHealthCheck(options, options.path ?? '/');
  }

  /** Only connects. */
  public static tcp(options: TargetHealthCheckOptions = {}): TargetHealthCheck {
    return new TargetHealthCheck(options);
  }

  /** @internal */
  public readonly _interval: Duration;
  /** @internal */
  public readonly _rise: number;
  /** @internal */
  public readonly _fall: number;

  private constructor(
    options: TargetHealthCheckOptions,
    /** @internal */
    public readonly _path?: string,
  ) {
    this._interval = options.interval ?? Duration.seconds(5);
    this._rise = options.rise ?? 2;
    this._fall = options.fall ?? 3;
  }

  /**
   * Checks the options once for a target group.
   *
   * @internal
   */
  public _validate(scope: Construct): void {
    requireWhole(scope, 'rise', this._rise, 1, 100, 'leave it out for 2');
    requireWhole(scope, 'fall', this._fall, 1, 100, 'leave it out for 3');
    requireTime(scope, 'interval of a target check', this._interval, Duration.seconds(1), LONGEST_TIME);
    if (this._path !== undefined && !Token.isUnresolved(this._path) && !/^\/[^\s"'\\#]*$/.test(this._path)) {
      fail(
        scope,
        `path of a target check must start with '/' and hold no spaces, quotes, backslashes or '#', got '${this._path}'`,
      );
    }
  }
}
