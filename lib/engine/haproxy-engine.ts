import type { Construct } from 'constructs';
import { requireDirectives } from '../fleet/listener-values';
import { HAPROXY_CONFIG_PATH } from '../private/contract';
import type { Engine } from './engine-config';
import { renderHaproxyConfig } from './haproxy-config';
import { haproxyFaults } from './haproxy-faults';
import { ConnectionReuse, type HaproxyOptions } from './haproxy-options';
import { pinned, requireVersion } from './packages';

export function haproxyEngine({
  connectionReuse = ConnectionReuse.SAFE,
  defaultsDirectives = [],
  globalDirectives = [],
  packageVersion,
}: HaproxyOptions): Engine {
  const directives = { global: globalDirectives, defaults: defaultsDirectives };
  return {
    validate: (scope: Construct) => {
      requireVersion(scope, packageVersion);
      requireDirectives(scope, globalDirectives, 'globalDirectives');
      requireDirectives(scope, defaultsDirectives, 'defaultsDirectives');
    },
    faults: haproxyFaults,
    bind: (listeners, ipAddressType) => ({
      packages: [pinned('haproxy', packageVersion)],
      files: [{ path: HAPROXY_CONFIG_PATH, content: renderHaproxyConfig(listeners, ipAddressType, directives, connectionReuse) }],
      checkCommand: `/usr/sbin/haproxy -c -f ${HAPROXY_CONFIG_PATH}`,
      startCommand: `/usr/sbin/haproxy -Ws -f ${HAPROXY_CONFIG_PATH}`,
      reloadCommand: '/bin/kill -USR2 $MAINPID',
      stopSignal: 'SIGUSR1',
      notifies: true,
      user: 'haproxy',
    }),
  };
}
