// What distributions put into /etc, with the few lines that a newcomer adds to get traffic to two targets. Logs go to a socket or a
// file of ours, users and paths are left out: nothing else differs from the packages' text. And the same laid bare: what it could do
// at best.
import { join } from 'node:path';
import { temporaryPaths } from './target.mjs';

/**
 * HAProxy: Debian's /etc/haproxy/haproxy.cfg (debian/haproxy.cfg, packages 2.6 to 3.0), the more demanding comparison: that of Amazon
 * Linux 2023 and Fedora closes the connection to the target after every request besides ('option http-server-close').
 */
export function stockHaproxy({ http, tcp, log, targets, directory }) {
  const servers = targets.map(({ address, port }, index) => `    server s${index + 1} ${address}:${port} check`).join('\n');
  return `global
    log ${log} local0
    log ${log} local1 notice
    stats socket ${join(directory, 'admin.sock')} mode 660 level admin
    stats timeout 30s

defaults
    log global
    mode http
    option httplog
    option dontlognull
    timeout connect 5000
    timeout client  50000
    timeout server  50000

frontend web
    bind ${http.address}:${http.port}
    default_backend web

backend web
    balance roundrobin
${servers}

frontend tcp
    mode tcp
    option tcplog
    bind ${tcp.address}:${tcp.port}
    default_backend tcp

backend tcp
    mode tcp
    balance roundrobin
${servers}
`;
}

/** nginx: /etc/nginx/nginx.conf of Amazon Linux 2023 and Fedora, with an upstream and a proxy_pass as every tutorial has them. */
export function stockNginx({ http, tcp, targets, directory }) {
  const servers = targets.map(({ address, port }) => `server ${address}:${port};`).join(' ');
  return `daemon off;
worker_processes auto;
error_log ${join(directory, 'error.log')} notice;
pid ${join(directory, 'nginx.pid')};

events {
    worker_connections 1024;
}

http {
    log_format  main  '$remote_addr - $remote_user [$time_local] "$request" '
                      '$status $body_bytes_sent "$http_referer" '
                      '"$http_user_agent" "$http_x_forwarded_for"';
    access_log  ${join(directory, 'access.log')}  main;

    sendfile            on;
    tcp_nopush          on;
    keepalive_timeout   65;
    types_hash_max_size 4096;
    default_type        application/octet-stream;
${temporaryPaths(directory)}

    upstream web { ${servers} }

    server {
        listen       ${http.address}:${http.port};
        server_name  _;
        location / {
            proxy_pass http://web;
        }
    }
}

stream {
    upstream tcp { ${servers} }

    server {
        listen ${tcp.address}:${tcp.port};
        proxy_pass tcp;
    }
}
`;
}

/**
 * The same without a log, and with connections to targets that are shared: whatever a proxy does for its users beyond that, such as
 * sending a request again, takes from this.
 */
export function bareHaproxy(options) {
  const silent = stockHaproxy(options).replace(/^ *(log|option (http|tcp)log).*\n/gm, '');
  return silent.replace('\nbackend web\n', '\nbackend web\n    http-reuse always\n');
}

/** As bareHaproxy. */
export function bareNginx(options) {
  return stockNginx(options)
    .replace(/access_log .*;/, 'access_log off;\n    keepalive_requests 100000;')
    .replace(/upstream web {(.*)}/, 'upstream web {$1 keepalive 256; }')
    .replace(
      'proxy_pass http://web;',
      'proxy_http_version 1.1;\n            proxy_set_header Connection "";\n            proxy_pass http://web;',
    );
}
