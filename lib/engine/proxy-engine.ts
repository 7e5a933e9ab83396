import type { Construct } from 'constructs';
import type { IpAddressType } from '../fleet/ip-address-type';
import { customEngine } from './custom-engine';
import type { CustomEngineOptions } from './custom-engine-options';
import type { Engine, EngineConfig, ListenerConfig } from './engine-config';
import { haproxyEngine } from './haproxy-engine';
import type { HaproxyOptions } from './haproxy-options';
import { nginxEngine } from './nginx-engine';
import type { NginxOptions } from './nginx-options';

/**
 * The program that moves the traffic.
 *
 * @example
 * declare const vpc: ec2.IVpc;
 * new ProxyFleet(this, 'Edge', { vpc, engine: ProxyEngine.haproxy({ connectionReuse: ConnectionReuse.ALWAYS }) });
 */
export class ProxyEngine {
  /**
   * HAProxy from Amazon Linux 2023 (3.0). The generated configuration is also valid for 2.8.
   *
   * By default no request is lost to a target that closes a connection: see `ConnectionReuse.SAFE`. Clients cannot tell targets who they are:
   * what they say in `Forwarded` or any `X-Forwarded-` header is removed, and the proxy says `X-Forwarded-For`, `-Proto` and `-Port`.
   *
   * Source: Amazon Linux 2023 release notes.
   */
  public static haproxy(options: HaproxyOptions = {}): ProxyEngine {
    return new ProxyEngine(haproxyEngine(options));
  }

  /**
   * nginx from Amazon Linux 2023 (1.26). The generated configuration is also valid for 1.22.
   *
   * What open-source nginx cannot do is refused at synth: targets behind a name, sticky cookies, several certificates on one listener,
   * PROXY protocol version 2 to targets, and any to HTTP targets. It judges targets by the traffic that they get, and asks for their
   * health path only when it is asked for its own. Traffic goes to the targets of all availability zones alike.
   *
   * Source: Amazon Linux 2023 release notes; nginx documentation.
   *
   * @example
   * declare const vpc: ec2.IVpc;
   * const fleet = new ProxyFleet(this, 'Edge', { vpc, engine: ProxyEngine.nginx() });
   * fleet.addListener('Http', { port: 80 })
   *   .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5', '10.0.1.5']), port: 8080 });
   */
  public static nginx(options: NginxOptions = {}): ProxyEngine {
    return new ProxyEngine(nginxEngine(options));
  }

  /**
   * A program of your own with a configuration of your own. Listeners open ports, but write no configuration for it.
   *
   * It must also answer GET on port 8404, on every address of the host and in plain text. '/livez': status 200 as long as the program
   * works, whatever its targets do. '/healthz': 200 while it can serve; 503 while the file '/run/proxy-fleet-engine/draining' exists;
   * and 503 while '/run/proxy-fleet-engine/leaving' exists, if asked with the query 'holder'.
   *
   * @example
   * ProxyEngine.custom({
   *   packages: ['squid'],
   *   files: [{ path: '/etc/squid/fleet.conf', content: 'http_port 3128' }],
   *   checkCommand: '/usr/sbin/squid -k parse -f /etc/squid/fleet.conf',
   *   startCommand: '/usr/sbin/squid --foreground -f /etc/squid/fleet.conf',
   *   user: 'squid',
   * });
   */
  public static custom(options: CustomEngineOptions): ProxyEngine {
    return new ProxyEngine(customEngine(options));
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
