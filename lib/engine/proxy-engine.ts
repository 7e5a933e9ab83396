import type { IpAddressType } from '../fleet/ip-address-type';
import { HAPROXY_CONFIG_PATH } from '../private/contract';
import type { EngineConfig, ListenerConfig } from './engine-config';
import { renderHaproxyConfig } from './haproxy-config';

/**
 * The program that moves the traffic.
 *
 * @example
 * declare const vpc: ec2.IVpc;
 * new ProxyFleet(this, 'Edge', { vpc, engine: ProxyEngine.haproxy() });
 */
export abstract class ProxyEngine {
  /**
   * HAProxy from Amazon Linux 2023 (3.0). The generated configuration is also valid for 2.8.
   *
   * Source: Amazon Linux 2023 release notes.
   */
  public static haproxy(): ProxyEngine {
    return new HaproxyEngine();
  }

  protected constructor() {}

  /** @internal */
  public abstract _bind(listeners: ListenerConfig[], ipAddressType: IpAddressType): EngineConfig;
}

class HaproxyEngine extends ProxyEngine {
  public _bind(listeners: ListenerConfig[], ipAddressType: IpAddressType): EngineConfig {
    return {
      packages: ['haproxy'],
      files: [{ path: HAPROXY_CONFIG_PATH, content: renderHaproxyConfig(listeners, ipAddressType) }],
      checkCommand: `/usr/sbin/haproxy -c -f ${HAPROXY_CONFIG_PATH}`,
      startCommand: `/usr/sbin/haproxy -Ws -f ${HAPROXY_CONFIG_PATH}`,
      reloadCommand: '/bin/kill -USR2 $MAINPID',
      stopSignal: 'SIGUSR1',
      notifies: true,
      user: 'haproxy',
    };
  }
}
