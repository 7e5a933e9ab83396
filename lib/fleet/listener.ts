import { Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ListenerConfig } from '../engine/engine-config';
import { fail, requireWhole } from '../private/validate';
import { type ListenerOptions, ListenerProtocol } from './listener-options';
import { engineTime, LONGEST_TIME, requireDirectives, requireTime } from './listener-values';
import { ProxyTargetGroup } from './proxy-target-group';
import type { TargetHome } from './target-home';
import type { AddTargetsOptions } from './target-options';

const HTTP_PORTS = [80, 8000, 8008, 8080];
const HTTPS_PORTS = [443, 8443];
const DEFAULT_IDLE = { http: Duration.seconds(60), tcp: Duration.seconds(350) };

/** A port that every proxy of a fleet accepts. Made by `fleet.addListener()`. */
export class Listener extends Construct {
  /** @internal */
  public static _make(home: TargetHome, id: string, options: ListenerOptions): Listener {
    return new Listener(home, id, options);
  }

  /** The port. */
  public readonly port: number;

  /** What is spoken on the port. */
  public readonly protocol: ListenerProtocol;

  private readonly groups: ProxyTargetGroup[] = [];

  private constructor(
    /** @internal */
    public readonly _home: TargetHome,
    id: string,
    private readonly options: ListenerOptions,
  ) {
    super(_home.fleet, id);
    if (Token.isUnresolved(options.port) && options.protocol === undefined) {
      fail(this, 'protocol must be given when the port is known at deploy time only, got none: name a ListenerProtocol');
    }
    this.port = options.port;
    this.protocol = options.protocol ?? protocolOf(options);
    this.requireCertificates();
    const { connectTimeout, idleTimeout, tunnelTimeout, maxConnections, rawDirectives } = options;
    for (const [name, time] of Object.entries({ connectTimeout, idleTimeout, tunnelTimeout })) {
      if (time) requireTime(this, name, time, Duration.seconds(1), LONGEST_TIME);
    }
    if (maxConnections !== undefined)
      requireWhole(this, 'maxConnections', maxConnections, 1, 1_000_000, 'leave it out for as many as the proxy can');
    if (rawDirectives) requireDirectives(this, rawDirectives);
    this.node.addValidation({
      validate: () => (this.groups.length > 0 ? [] : ['a listener needs targets, got none: call addTargets()']),
    });
  }

  /**
   * Sends the listener's traffic to these targets, round robin for HTTP and HTTPS; for TCP and TLS to the least loaded if
   * `crossZoneEnabled`, else round robin, because only that keeps to a zone. With conditions they get what matches; what matches none
   * goes to the targets without, and if there are none it is answered with status 404, or closed if it is no HTTP.
   *
   * @throws when the listener has targets without conditions, or with that priority, already
   */
  public addTargets(id: string, options: AddTargetsOptions): ProxyTargetGroup {
    const group = ProxyTargetGroup._make(this, id, options);
    const rival = this.groups.find((other) => other._priority === group._priority);
    if (rival && group._priority === undefined) {
      fail(
        this,
        `a listener has one group of targets without conditions, got a second '${id}': put all targets into '${rival.node.id}', or give conditions`,
      );
    }
    if (rival) fail(this, `priority must be unique, got ${group._priority} for '${rival.node.id}' and '${id}': choose another`);
    this.groups.push(group);
    return group;
  }

  /**
   * Whether HTTP is spoken, and not only TCP.
   *
   * @internal
   */
  public get _http(): boolean {
    return this.protocol === ListenerProtocol.HTTP || this.protocol === ListenerProtocol.HTTPS;
  }

  /**
   * What the engine writes down.
   *
   * @internal
   */
  public _config(): ListenerConfig {
    const { acceptProxyProtocol, certificates, connectTimeout, idleTimeout, maxConnections, rawDirectives, tunnelTimeout } =
      this.options;
    const last = Number.POSITIVE_INFINITY;
    const groups = [...this.groups].sort((one, other) => (one._priority ?? last) - (other._priority ?? last));
    return {
      port: this.port,
      protocol: this.protocol,
      certificates: [...new Set((certificates ?? []).map((certificate) => certificate._path))],
      acceptProxyProtocol: acceptProxyProtocol ?? false,
      timeouts: {
        connect: engineTime(connectTimeout ?? Duration.seconds(5)),
        idle: engineTime(idleTimeout ?? (this._http ? DEFAULT_IDLE.http : DEFAULT_IDLE.tcp)),
        tunnel: engineTime(tunnelTimeout ?? Duration.hours(1)),
      },
      maxConnections,
      rawDirectives: rawDirectives ?? [],
      groups: groups.map((group) => group._config()),
    };
  }

  private requireCertificates(): void {
    const { certificates = [] } = this.options;
    const ends = this.protocol === ListenerProtocol.HTTPS || this.protocol === ListenerProtocol.TLS;
    if (ends && certificates.length === 0) {
      fail(this, `a listener of ${this.protocol.toUpperCase()} needs at least 1 certificate, got 0: add a ProxyCertificate`);
    }
    if (!ends && certificates.length > 0) {
      fail(
        this,
        `certificates are for HTTPS and TLS listeners, got ${certificates.length} on ${this.protocol.toUpperCase()}: choose another protocol`,
      );
    }
  }
}

function protocolOf({ port, certificates }: ListenerOptions): ListenerProtocol {
  if (HTTP_PORTS.includes(port)) return ListenerProtocol.HTTP;
  return HTTPS_PORTS.includes(port) && certificates ? ListenerProtocol.HTTPS : ListenerProtocol.TCP;
}
