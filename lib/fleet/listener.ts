import { type Duration, Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ListenerConfig } from '../engine/engine-config';
import { fail } from '../private/validate';
import { type AddTargetsOptions, ProxyTargetGroup } from './proxy-target-group';

/** What a listener speaks with its clients and targets. */
export enum ListenerProtocol {
  /** HTTP/1.1 in plain text. */
  HTTP = 'http',
  /** Any protocol over TCP, passed through byte by byte. */
  TCP = 'tcp',
}

/** Options of a new listener. */
export interface ListenerOptions {
  /** Port that every proxy of the fleet accepts, 1 to 65535, except the health port 8404. */
  readonly port: number;

  /**
   * What is spoken on the port.
   *
   * @default - HTTP on ports 80, 8000, 8008 and 8080, as in elbv2, and TCP on every other
   */
  readonly protocol?: ListenerProtocol;

  /**
   * Whether everybody may connect. If false, allow clients through `fleet.connections`; their connections are then tracked by the
   * security group, which costs memory and has a ceiling for each instance type.
   *
   * @default true
   */
  readonly open?: boolean;
}

const HTTP_PORTS = [80, 8000, 8008, 8080];

/** A port that every proxy of a fleet accepts. Made by `fleet.addListener()`. */
export class Listener extends Construct {
  /** @internal */
  public static _make(scope: Construct, id: string, options: ListenerOptions): Listener {
    return new Listener(scope, id, options);
  }

  /** The port. */
  public readonly port: number;

  /** What is spoken on the port. */
  public readonly protocol: ListenerProtocol;

  private group?: ProxyTargetGroup;

  private constructor(scope: Construct, id: string, options: ListenerOptions) {
    super(scope, id);
    if (Token.isUnresolved(options.port) && options.protocol === undefined) {
      fail(this, 'protocol must be given when the port is known at deploy time only, got none: name a ListenerProtocol');
    }
    this.port = options.port;
    this.protocol = options.protocol ?? (HTTP_PORTS.includes(options.port) ? ListenerProtocol.HTTP : ListenerProtocol.TCP);
    this.node.addValidation({
      validate: () => (this.group ? [] : ['a listener needs targets, got none: call addTargets()']),
    });
  }

  /**
   * Sends the listener's traffic to these targets, round robin for HTTP and to the least loaded for TCP.
   *
   * @throws when the listener has targets already
   */
  public addTargets(id: string, options: AddTargetsOptions): ProxyTargetGroup {
    if (this.group)
      fail(this, `a listener has one group of targets, got a second '${id}': put all targets into '${this.group.node.id}'`);
    this.group = ProxyTargetGroup._make(this, id, options);
    return this.group;
  }

  /**
   * What the engine writes down.
   *
   * @internal
   */
  public _config(): ListenerConfig[] {
    if (!this.group) return [];
    const { _targets, _port, _healthCheck } = this.group;
    return [
      {
        port: this.port,
        http: this.protocol === ListenerProtocol.HTTP,
        targets: _targets,
        targetPort: _port,
        check: {
          path: _healthCheck._path,
          interval: haproxyTime(_healthCheck._interval),
          rise: _healthCheck._rise,
          fall: _healthCheck._fall,
        },
      },
    ];
  }
}

/** A value that is known at deploy time only keeps its unit. */
function haproxyTime(time: Duration): string {
  return time.isUnresolved() ? `${time.toSeconds()}s` : `${time.toMilliseconds()}ms`;
}
