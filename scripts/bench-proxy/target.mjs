// What stands behind the proxies: an nginx, or where there is none an HAProxy that answers by itself. Both answer faster than a proxy
// passes on, and both keep connections as a usual target does.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LARGE, LARGE_BYTES, SMALL } from './load.mjs';

const BODY = 'x'.repeat(128);

/** The command that serves all places. */
export function targetCommand({ nginx, haproxy }, places, directory) {
  writeFileSync(join(directory, LARGE.slice(1)), 'x'.repeat(LARGE_BYTES));
  const file = join(directory, 'target.conf');
  writeFileSync(file, nginx.path ? nginxTarget(places, directory) : haproxyTarget(places, directory));
  return nginx.path ? [nginx.path, '-p', directory, '-e', 'stderr', '-c', file] : [haproxy.path, '-db', '-f', file];
}

function nginxTarget(places, directory) {
  return `daemon off;
${userLine()}worker_processes 1;
pid ${join(directory, 'target.pid')};
error_log stderr error;
events { worker_connections 4096; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
${temporaryPaths(directory)}
    server {
${places.map(({ address, port }) => `        listen ${address}:${port} backlog=4096;`).join('\n')}
        root ${directory};
        location / { return 200 "ok"; }
        location = ${SMALL} { return 200 "${BODY}"; }
        location = ${LARGE} { }
    }
}
`;
}

function haproxyTarget(places, directory) {
  return `global
    nbthread 1
    tune.bufsize ${LARGE_BYTES + 16 * 1024}
defaults
    mode http
    timeout connect 5s
    timeout client 75s
    timeout server 75s
frontend target
    bind ${places.map(({ address, port }) => `${address}:${port}`).join(',')}
    http-request return status 200 content-type text/plain file ${join(directory, LARGE.slice(1))} if { path ${LARGE} }
    http-request return status 200 content-type text/plain string ${BODY}
`;
}

/** Workers need the folders of their master. */
export function userLine() {
  return process.getuid() === 0 ? 'user root root;\n' : '';
}

/** nginx makes its folders for large bodies where it was built to, which may not be ours. */
export function temporaryPaths(directory) {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `    ${kind}_temp_path ${join(directory, kind)};`).join('\n');
}
