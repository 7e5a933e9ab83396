import {
  adaptConfiguration,
  certificatesOf,
  doorsOf,
  fixedTargetsOf,
  namedTargetsOf,
} from '../../../rehearsal/proxies/adapt-configuration';
import { findNginx } from '../../../rehearsal/proxies/engine-binary';

const CONFIGURATION = `daemon off;
pid /run/proxy-fleet-engine/nginx.pid;
include /usr/share/nginx/modules/*.conf;
http {
  upstream http-80-App {
    server 10.0.0.5:8080 max_fails=3;
    server 10.0.0.6:8080 max_fails=3;
  }
  server {
    listen 8404 so_keepalive=5m:30s:3;
    listen [::]:8404 ipv6only=on;
  }
  server {
    listen 80 so_keepalive=5m:30s:3;
    server_name _;
  }
}
`;

const HERE = {
  addresses: ['127.10.1.1', '127.30.1.1'],
  targets: new Map([['10.0.0.5:8080', { address: '127.20.0.1', port: 8080 }]]),
  resolver: { address: '127.10.0.53', port: 5353 },
  directory: '/tmp/slot-1',
};

test('every address gets a socket of its own; targets, the folder and what packages bring along change, and nothing else', () => {
  const { text, changed, added } = adaptConfiguration(CONFIGURATION, HERE);

  expect(changed).toEqual([
    'pid /run/proxy-fleet-engine/nginx.pid;',
    'include /usr/share/nginx/modules/*.conf;',
    'server 10.0.0.5:8080 max_fails=3;',
    'listen 8404 so_keepalive=5m:30s:3;',
    'listen [::]:8404 ipv6only=on;',
    'listen 80 so_keepalive=5m:30s:3;',
  ]);
  const before = CONFIGURATION.split('\n');
  expect(text.split('\n').filter((line) => !before.includes(line) && !added.includes(line))).toEqual([
    'pid /tmp/slot-1/nginx.pid;',
    '    server 127.20.0.1:8080 max_fails=3;',
    '    listen 127.10.1.1:8404 so_keepalive=5m:30s:3;',
    '    listen 127.30.1.1:8404 so_keepalive=5m:30s:3;',
    '    listen 127.10.1.1:10080 so_keepalive=5m:30s:3;',
    '    listen 127.30.1.1:10080 so_keepalive=5m:30s:3;',
  ]);
});

test('ports and targets are found, and there are no names', () => {
  expect(doorsOf(CONFIGURATION)).toEqual([
    { port: 8404, tls: false },
    { port: 80, tls: false },
  ]);
  expect(fixedTargetsOf(CONFIGURATION)).toEqual(['10.0.0.5:8080', '10.0.0.6:8080']);
  expect(namedTargetsOf(CONFIGURATION)).toEqual([]);
});

const SECURE = `daemon off;
http {
  proxy_ssl_trusted_certificate /etc/pki/tls/certs/ca-bundle.crt;
  server {
    listen 443 so_keepalive=5m:30s:3 ssl http2 proxy_protocol;
    ssl_certificate /etc/proxy-fleet/certificates/one.pem;
    ssl_certificate_key /etc/proxy-fleet/certificates/one.pem;
    real_ip_header proxy_protocol;
    location @request-https-443-App {
      proxy_ssl_server_name on;
      proxy_pass https://https-443-App;
    }
    location = /check-1 {
      proxy_pass "https://check-1/health";
    }
  }
}
stream {
  server {
    listen 25 so_keepalive=5m:30s:3;
    proxy_protocol on;
    proxy_ssl on;
  }
}
`;

test('clients speak TLS and nothing before it, and stand-ins for targets speak plain HTTP', () => {
  const { text } = adaptConfiguration(SECURE, { ...HERE, addresses: ['127.10.1.1'], plain: true });

  expect(text).toContain('listen 127.10.1.1:10443 so_keepalive=5m:30s:3 ssl http2;');
  expect(text).toContain('ssl_certificate_key /tmp/slot-1/one.pem;');
  expect(text.match(/proxy_pass .*/g)).toEqual(['proxy_pass http://https-443-App;', 'proxy_pass "http://check-1/health";']);
  expect(text).not.toMatch(/proxy_ssl|proxy_protocol/);
  expect(doorsOf(SECURE)).toEqual([
    { port: 443, tls: true },
    { port: 25, tls: false },
  ]);
  expect(certificatesOf(SECURE)).toEqual(['one.pem']);
});

test('an nginx that is named and is none is refused', () => {
  expect(() => findNginx({ NGINX_BINARY: '/bin/false' })).toThrow(
    "NGINX_BINARY='/bin/false' cannot be run: name an nginx or unset it",
  );
});
