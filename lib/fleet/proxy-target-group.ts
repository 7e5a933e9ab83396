import { Construct } from 'constructs';
import type { TargetsConfig } from '../engine/engine-config';
import { requireWhole } from '../private/validate';
import { type Listener, ListenerProtocol } from './listener';
import type { ProxyTargets } from './proxy-targets';
import { TargetHealthCheck } from './target-health-check';

/** Options of the targets of a listener. */
export interface AddTargetsOptions {
  /** The targets. */
  readonly targets: ProxyTargets;

  /** Port of the targets, 1 to 65535. */
  readonly port: number;

  /**
   * How the proxies check the targets.
   *
   * @default - `TargetHealthCheck.http()` for an HTTP listener, `TargetHealthCheck.tcp()` for a TCP listener
   */
  readonly healthCheck?: TargetHealthCheck;
}

/** The targets of one listener. Made by `listener.addTargets()`. */
export class ProxyTargetGroup extends Construct {
  /** @internal */
  public static _make(scope: Listener, id: string, options: AddTargetsOptions): ProxyTargetGroup {
    return new ProxyTargetGroup(scope, id, options);
  }

  /** @internal */
  public readonly _targets: TargetsConfig;
  /** @internal */
  public readonly _port: number;
  /** @internal */
  public readonly _healthCheck: TargetHealthCheck;

  private constructor(scope: Listener, id: string, options: AddTargetsOptions) {
    super(scope, id);
    requireWhole(this, 'port of the targets', options.port, 1, 65535, 'give the port on which the targets listen');
    this._port = options.port;
    this._targets = options.targets._bind(this);
    this._healthCheck =
      options.healthCheck ?? (scope.protocol === ListenerProtocol.HTTP ? TargetHealthCheck.http() : TargetHealthCheck.tcp());
    this._healthCheck._validate(this);
  }
}
