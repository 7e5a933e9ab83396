import type { Construct } from 'constructs';
import type { IpAddressType } from '../fleet/ip-address-type';
import type { Engine, EngineConfig, ListenerConfig } from './engine-config';
import { haproxyEngine } from './haproxy-engine';
import type { HaproxyOptions } from './haproxy-options';

/**
 * The program that moves the traffic.
 *
 * @example
 * declare const vpc: ec2.IVpc;
 * new ProxyFleet(this, 'Edge', { vpc, engine: ProxyEngine.haproxy() });
 */
export class ProxyEngine {
  /**
   * HAProxy from Amazon Linux 2023 (3.0). The generated configuration is also valid for 2.8.
   *
   * Connections to targets are kept and shared. A request that changes nothing (GET, HEAD, OPTIONS) may travel on one that another client
   * has opened, and is sent again should the target close it at that moment; all others open their own. So no request is lost to it.
   *
   * Source: Amazon Linux 2023 release notes.
   */
  public static haproxy(options: HaproxyOptions = {}): ProxyEngine {
    return new ProxyEngine(haproxyEngine(options));
  }

  private constructor(private readonly engine: Engine) {}

  /**
   * Checks the options once for a fleet.
   *
   * @internal
   */
  public _validate(scope: Construct): void {
    this.engine.validate(scope);
  }

  /**
   * What of the listeners the engine cannot do, one sentence each.
   *
   * @internal
   */
  public _faults(listeners: ListenerConfig[]): string[] {
    return this.engine.faults(listeners);
  }

  /** @internal */
  public _bind(listeners: ListenerConfig[], ipAddressType: IpAddressType): EngineConfig {
    return this.engine.bind(listeners, ipAddressType);
  }
}
