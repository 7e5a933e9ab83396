import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ConditionConfig, TargetGroupConfig, TargetSourceConfig } from '../engine/engine-config';
import { fail, requireWhole } from '../private/validate';
import type { Listener } from './listener';
import { engineTime, requireDirectives, requireTime } from './listener-values';
import { TargetHealthCheck } from './target-health-check';
import { type AddTargetsOptions, TargetProtocol } from './target-options';

const COOKIE_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const HOST_NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;

/** Targets of one listener. Made by `listener.addTargets()`. */
export class ProxyTargetGroup extends Construct {
  /** @internal */
  public static _make(scope: Listener, id: string, options: AddTargetsOptions): ProxyTargetGroup {
    return new ProxyTargetGroup(scope, id, options);
  }

  /** @internal */
  public readonly _conditions: ConditionConfig[];
  /** @internal */
  public readonly _priority?: number;

  private readonly sources: TargetSourceConfig[];
  private readonly protocol: TargetProtocol;
  private readonly healthCheck: TargetHealthCheck;

  private constructor(
    scope: Listener,
    id: string,
    private readonly options: AddTargetsOptions,
  ) {
    super(scope, id);
    const http = scope._http;
    this.sources = options.targets._bind(this, scope._home);
    this.requirePort();
    this._conditions = (options.conditions ?? []).map((condition) => condition._bind(this));
    this._priority = options.priority;
    this.requireRule(scope);
    this.protocol = options.protocol ?? (http ? TargetProtocol.HTTP : TargetProtocol.TCP);
    const allowed = http ? [TargetProtocol.HTTP, TargetProtocol.HTTPS] : [TargetProtocol.TCP, TargetProtocol.TLS];
    if (!allowed.includes(this.protocol)) {
      const choices = allowed.map((each) => each.toUpperCase()).join(' or ');
      fail(
        this,
        `protocol of targets behind ${scope.protocol.toUpperCase()} must be ${choices}, got ${this.protocol.toUpperCase()}: choose another`,
      );
    }
    this.requireTlsServerName();
    this.requireStickiness(http);
    if (options.rawDirectives) requireDirectives(this, options.rawDirectives);
    this.healthCheck = options.healthCheck ?? (http ? TargetHealthCheck.http() : TargetHealthCheck.tcp());
    this.healthCheck._validate(this);
  }

  /**
   * What the engine writes down.
   *
   * @internal
   */
  public _config(): TargetGroupConfig {
    const { port, tlsServerName, sendProxyProtocol, stickinessCookieDuration, stickinessCookieName, rawDirectives } =
      this.options;
    const { _path, _interval, _rise, _fall } = this.healthCheck;
    return {
      name: this.node.id.replace(/[^A-Za-z0-9_-]/g, '-'),
      conditions: this._conditions,
      sources: this.sources,
      port,
      http: this.protocol === TargetProtocol.HTTP || this.protocol === TargetProtocol.HTTPS,
      tls: this.encrypted ? { serverName: tlsServerName } : undefined,
      sendProxyProtocol,
      stickiness: stickinessCookieDuration && {
        cookieName: stickinessCookieName ?? 'PROXYFLEET',
        seconds: stickinessCookieDuration.toSeconds(),
      },
      crossZone: this.options.crossZoneEnabled ?? false,
      check: { path: _path, interval: engineTime(_interval), rise: _rise, fall: _fall },
      rawDirectives: rawDirectives ?? [],
    };
  }

  private get encrypted(): boolean {
    return this.protocol === TargetProtocol.HTTPS || this.protocol === TargetProtocol.TLS;
  }

  private requirePort(): void {
    const { port } = this.options;
    if (port !== undefined) {
      requireWhole(this, 'port of the targets', port, 1, 65535, 'give the port on which the targets listen');
    } else if (this.sources.some(({ targets }) => targets.kind !== 'srv')) {
      fail(this, 'port of the targets must be given, got none: only ProxyTargets.srvRecord() brings its own');
    }
  }

  private requireRule(scope: Listener): void {
    const { conditions, priority } = this.options;
    if ((conditions === undefined) !== (priority === undefined)) {
      const [got, missing] = conditions === undefined ? ['a priority', 'conditions'] : ['conditions', 'priority'];
      fail(this, `conditions and priority belong together, got ${got} only: add ${missing}, or leave both out`);
    }
    if (priority !== undefined) requireWhole(this, 'priority', priority, 1, 50_000, 'the lowest is tried first');
    if (conditions?.length === 0)
      fail(this, 'conditions must hold at least 1 condition, got 0: leave out conditions and priority');
    const kinds = scope._http ? ['host', 'path'] : ['sni'];
    const bad = this._conditions.find(({ kind }) => !kinds.includes(kind));
    if (bad) {
      const factories = scope._http ? 'hostHeaders() or pathPatterns()' : 'sniHosts()';
      fail(
        this,
        `conditions of ${scope.protocol.toUpperCase()} targets must be ListenerCondition.${factories}, got '${bad.kind}': change it`,
      );
    }
  }

  private requireTlsServerName(): void {
    const { tlsServerName } = this.options;
    if (tlsServerName === undefined) return;
    if (!this.encrypted) {
      fail(
        this,
        `tlsServerName is for the protocols HTTPS and TLS, got ${this.protocol.toUpperCase()}: change the protocol of the targets`,
      );
    }
    if (!Token.isUnresolved(tlsServerName) && !HOST_NAME.test(tlsServerName)) {
      fail(this, `tlsServerName must be a host name, got '${tlsServerName}': give the name in the targets' certificates`);
    }
  }

  private requireStickiness(http: boolean): void {
    const { stickinessCookieDuration: duration, stickinessCookieName: name } = this.options;
    if (duration === undefined) {
      if (name !== undefined) fail(this, `stickinessCookieName needs a stickinessCookieDuration, got '${name}' alone: add it`);
      return;
    }
    if (!http) fail(this, 'stickinessCookieDuration is for HTTP and HTTPS listeners, got another: leave it out');
    requireTime(this, 'stickinessCookieDuration', duration, Duration.seconds(1), Duration.days(7));
    if (name !== undefined && !Token.isUnresolved(name) && !COOKIE_NAME.test(name)) {
      fail(this, `stickinessCookieName must be 1 to 64 letters, digits, '-' and '_', got '${name}': change it`);
    }
  }
}
