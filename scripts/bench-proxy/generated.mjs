// What the library writes on an instance of a fleet with an HTTP and a TCP listener, made to fit into this machine.
import { require as typescript } from 'tsx/cjs/api';

const pieceOf = (name) => typescript(`../../${name}.ts`, import.meta.url);
const { network, userDataOf } = pieceOf('test/lib/fixture');
const { ProxyEngine, ProxyFleet, ListenerProtocol, ProxyTargets } = pieceOf('lib/index');
const { HEALTH_PORT } = pieceOf('lib/private/contract');
const { adaptConfiguration } = pieceOf('rehearsal/proxies/adapt-configuration');
export const { nginxModules } = pieceOf('rehearsal/proxies/engine-binary');
const { localPort } = pieceOf('rehearsal/proxies/surroundings');
const { writtenFiles } = pieceOf('rehearsal/template/written-files');

/** As they stand in the fleet. */
const HTTP_PORT = 80;
const TCP_PORT = 5432;
const TARGET_PORT = 8080;

/** Where a proxy with an address of its own answers. */
export function placesOn(address) {
  const place = (port) => ({ address, port: localPort(port) });
  return { http: place(HTTP_PORT), tcp: place(TCP_PORT), health: place(HEALTH_PORT) };
}

/** The main file of the engine, as user data writes it. */
function synthesize(engine, targets) {
  const { stack, vpc } = network(2);
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, engine: ProxyEngine[engine]() });
  const addresses = ProxyTargets.ipAddresses(targets.map((_, index) => `10.0.0.${index + 1}`));
  fleet.addListener('Http', { port: HTTP_PORT }).addTargets('Web', { targets: addresses, port: TARGET_PORT });
  fleet
    .addListener('Tcp', { port: TCP_PORT, protocol: ListenerProtocol.TCP })
    .addTargets('Tcp', { targets: addresses, port: TARGET_PORT });
  const file = engine === 'haproxy' ? 'haproxy.cfg' : 'nginx.conf';
  const found = writtenFiles(userDataOf(stack)).find(({ path }) => path.endsWith(`/${file}`));
  if (!found) throw new Error(`the user data of a fleet with ${engine} writes no ${file}`);
  return found.content;
}

export function generated(engine, { address, targets, directory }) {
  return adaptConfiguration(synthesize(engine, targets), {
    addresses: [address],
    targets: standIns(targets),
    resolver: { address: '127.0.0.1', port: 9 },
    directory,
  }).text;
}

function standIns(targets) {
  return new Map(targets.map((target, index) => [`10.0.0.${index + 1}:${TARGET_PORT}`, target]));
}
