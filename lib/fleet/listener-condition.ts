import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ConditionConfig } from '../engine/engine-config';
import { fail } from '../private/validate';

const HOST_PATTERN = /^[a-z0-9*?_-]+(\.[a-z0-9*?_-]+)*$/i;
const PATH_PATTERN = /^\/[A-Za-z0-9_\-.$/~@:+*?%!,;=()&]*$/;

/**
 * What a request must be like for a group of targets to get it. Each has one or more values, of which one must match.
 *
 * @example
 * declare const listener: Listener;
 * listener.addTargets('Api', {
 *   conditions: [ListenerCondition.hostHeaders(['api.example.com']), ListenerCondition.pathPatterns(['/v1/*'])],
 *   priority: 10,
 *   targets: ProxyTargets.dnsName('api.internal.example.com'),
 *   port: 8080,
 * });
 */
export class ListenerCondition {
  /**
   * The host that an HTTP request names, without its port, in any case.
   *
   * @param values host names; '*' stands for any characters and '?' for one
   */
  public static hostHeaders(values: string[]): ListenerCondition {
    return new ListenerCondition('host', values);
  }

  /**
   * The path of an HTTP request, without its query, in the case that it has.
   *
   * @param values paths that start with '/'; '*' stands for any characters and '?' for one
   */
  public static pathPatterns(values: string[]): ListenerCondition {
    return new ListenerCondition('path', values);
  }

  /**
   * The host that a client names in the first message of TLS (SNI). On a TCP listener TLS passes through to the targets, which hold the
   * certificates.
   *
   * @param values host names; '*' stands for any characters and '?' for one
   */
  public static sniHosts(values: string[]): ListenerCondition {
    return new ListenerCondition('sni', values);
  }

  private constructor(
    private readonly kind: ConditionConfig['kind'],
    private readonly values: string[],
  ) {}

  /** @internal */
  public _bind(scope: Construct): ConditionConfig {
    if (Token.isUnresolved(this.values) || this.values.length === 0) {
      const got = Token.isUnresolved(this.values) ? 'a token' : '0';
      fail(scope, `a condition must have a list of 1 value or more, got ${got}: name what must match`);
    }
    const pattern = this.kind === 'path' ? PATH_PATTERN : HOST_PATTERN;
    const bad = this.values.find((value) => !Token.isUnresolved(value) && !pattern.test(value));
    if (bad !== undefined) {
      const allowed = this.kind === 'path' ? "a path that starts with '/'" : 'a host name';
      fail(scope, `a value of a condition must be ${allowed}, with '*' and '?' as wildcards, got '${bad}': change it`);
    }
    return { kind: this.kind, values: [...this.values] };
  }
}
