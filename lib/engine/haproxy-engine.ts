import type { Construct } from 'constructs';
import { requireDirectives } from '../fleet/listener-values';
import { HAPROXY_CONFIG_PATH } from '../private/contract';
import type { Engine } from './engine-config';
import { renderHaproxyConfig } from './haproxy-config';
import type { HaproxyOptions } from './haproxy-options';
import { pinned, requireVersion } from './packages';

export function haproxyEngine({ packageVersion, globalDirectives, defaultsDirectives }: HaproxyOptions): Engine {
  return {
    validate: (scope: Construct) => {
      requireVersion(scope, packageVersion);
      for (const directives of [globalDirectives, defaultsDirectives]) if (directives) requireDirectives(scope, directives);
    },
    faults: () => [],
    bind: (listeners, ipAddressType) => ({
      packages: [pinned('haproxy', packageVersion)],
      files: [
        {
          path: HAPROXY_CONFIG_PATH,
          content: renderHaproxyConfig(listeners, ipAddressType, {
            global: globalDirectives ?? [],
            defaults: defaultsDirectives ?? [],
          }),
        },
      ],
      checkCommand: `/usr/sbin/haproxy -c -f ${HAPROXY_CONFIG_PATH}`,
      startCommand: `/usr/sbin/haproxy -Ws -f ${HAPROXY_CONFIG_PATH}`,
      reloadCommand: '/bin/kill -USR2 $MAINPID',
      stopSignal: 'SIGUSR1',
      notifies: true,
      user: 'haproxy',
    }),
  };
}
