import { HAPROXY_SOCKET_PATH, ZONAL_SERVER_PREFIX } from '../private/contract';

/**
 * Keeps traffic in the proxy's own zone: of HAProxy's servers whose names begin with the prefix, those in a subnet of another zone get
 * weight 1, the smallest there is, and all others 256 at most, in the proportion of the weights that they came with. Each origin of a group
 * for itself: one that has no target in the own zone keeps its share. A server in no subnet that it was told of counts as the own zone's.
 *
 * Order of events: it asks the instance metadata which zone it is in. Then, once a second, it reads where every server is, and writes the weights that are not as they should be. When the last
 * server of the own zone goes down HAProxy itself sends everything to the others, at once; these get the proportion of their own weights
 * at the next look.
 *
 * Gotchas: a server that HAProxy has just found in DNS, or after a start, has its old weight until the next look. Without HAProxy, or with a
 * hung one, the look is over after a second and the next one comes: nothing is remembered between two.
 */
export const ZONE_AFFINITY_SCRIPT = String.raw`import ipaddress, os, socket, time
from urllib.request import Request, urlopen

IMDS = os.environ.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254') + '/latest/'
SOCKET = os.environ.get('HAPROXY_SOCKET', '${HAPROXY_SOCKET_PATH}')
PREFIX = '${ZONAL_SERVER_PREFIX}'
LARGEST = 256
RUNNING = '2'
BATCH = 100

# ZONES: for each zone 'name=range,range', with spaces between them.
ZONES = {
  name: [ipaddress.ip_network(cidr) for cidr in cidrs.split(',')]
  for name, cidrs in (zone.split('=') for zone in os.environ.get('ZONES', '').split())
}

def fetch(path, header, value, method='GET'):
  headers = {'X-aws-ec2-metadata-token' + header: value}
  with urlopen(Request(IMDS + path, headers=headers, method=method), timeout=2) as answer:
    return answer.read().decode()

def own_zone():
  return fetch('meta-data/placement/availability-zone', '', fetch('api/token', '-ttl-seconds', '60', 'PUT'))

def order(command):
  answer = b''
  with socket.socket(socket.AF_UNIX) as connection:
    connection.settimeout(1)
    connection.connect(SOCKET)
    connection.sendall(command.encode() + b'\n')
    while part := connection.recv(65536):
      answer += part
  return answer.decode()

def elsewhere(address, own):
  try:
    place = ipaddress.ip_address(address)
  except ValueError:
    return False
  zones = [name for name, networks in ZONES.items() if any(place in network for network in networks)]
  return zones != [] and own not in zones

# Lists of (server, address, running, weight, weight of its own), by backend.
def backends():
  _, header, *lines = order('show servers state').splitlines()
  names = header.lstrip('# ').split()
  found = {}
  for line in lines:
    server = dict(zip(names, line.split()))
    if server.get('srv_name', '').startswith(PREFIX):
      found.setdefault(server['be_name'], []).append((
        server['srv_name'], server['srv_addr'], server['srv_op_state'] == RUNNING,
        int(server['srv_uweight']), int(server['srv_iweight'])))
  return found

# Servers of one origin are called alike, up to their number.
def origin(name):
  return name.rsplit('-', 1)[0]

def wanted(servers, zone):
  largest = max(own for *_, own in servers)
  near = {origin(name) for name, address, running, _, own in servers if running and own > 0 and not elsewhere(address, zone)}
  weights = {}
  for name, address, _, _, own in servers:
    if own == 0:
      weights[name] = 0
    else:
      weights[name] = 1 if origin(name) in near and elsewhere(address, zone) else max(1, own * LARGEST // largest)
  return weights

def weigh(zone):
  orders = []
  for backend, servers in backends().items():
    weights = wanted(servers, zone)
    orders += [f'set server {backend}/{name} weight {weights[name]}'
      for name, _, _, weight, _ in servers if weight != weights[name]]
  for start in range(0, len(orders), BATCH):
    refused = order(';'.join(orders[start:start + BATCH])).strip()
    if refused:
      print('HAProxy refused a weight:', refused, flush=True)
  return len(orders)

def main():
  trouble, zone = None, None
  while True:
    try:
      zone = zone or own_zone()
      changed = weigh(zone)
      if changed:
        print('weighed', changed, 'targets anew', flush=True)
      trouble = None
    except (OSError, ValueError, KeyError) as error:
      if str(error) != trouble:
        trouble = str(error)
        print('targets are not weighed:', trouble, flush=True)
    time.sleep(1)

if __name__ == '__main__':
  main()
`;
