import type { Construct } from 'constructs';
import { requireDirectives } from '../fleet/listener-values';
import { NGINX_CONFIG_PATH } from '../private/contract';
import type { Engine } from './engine-config';
import { renderNginxConfig } from './nginx-config';
import { nginxFaults } from './nginx-faults';
import type { NginxOptions } from './nginx-options';
import { isHttp } from './nginx-text';
import { pinned, requireVersion } from './packages';

export function nginxEngine({ packageVersion, httpDirectives, streamDirectives }: NginxOptions): Engine {
  const command = `/usr/sbin/nginx -e stderr -c ${NGINX_CONFIG_PATH}`;
  return {
    validate: (scope: Construct) => {
      requireVersion(scope, packageVersion);
      for (const directives of [httpDirectives, streamDirectives]) if (directives) requireDirectives(scope, directives);
    },
    faults: (listeners) => nginxFaults(listeners, streamDirectives),
    bind: (listeners, ipAddressType) => ({
      packages: ['nginx', ...(listeners.every(isHttp) ? [] : ['nginx-mod-stream'])].map((name) => pinned(name, packageVersion)),
      files: [
        {
          path: NGINX_CONFIG_PATH,
          content: renderNginxConfig(listeners, ipAddressType, { http: httpDirectives ?? [], stream: streamDirectives ?? [] }),
        },
      ],
      checkCommand: `${command} -t -q`,
      startCommand: command,
      reloadCommand: '/bin/kill -HUP $MAINPID',
      stopSignal: 'SIGQUIT',
      notifies: false,
      user: 'nginx',
    }),
  };
}
