import { HEALTH_FILE_PATH, VRRP_FIFO_PATH } from '../private/contract';

/**
 * Writes keepalived's configuration on the instance, from a few values: written at synth time it would grow with the square of the
 * slots and not fit into user data.
 *
 * One VRRP instance for each slot, whose own proxy has priority 250. The others follow in an order that begins with the slot after it,
 * far enough apart that one fires first. Only the own instance follows the health file: a proxy that is sick still sees its peers.
 * keepalived demands an address for each instance; nobody uses it.
 */
export const KEEPALIVED_CONFIG_SCRIPT = String.raw`import json, math, os, subprocess, sys

own = int(os.environ['SLOT'])
advert = int(os.environ['ADVERT_MS']) / 1000
addresses = os.environ['ADDRESSES'].split()
address = addresses[own - 1]
peers = '\n    '.join(other for other in addresses if other != address)
found = json.loads(subprocess.check_output(['ip', '-j', '-4', 'addr', 'show', 'to', address]))
interface = next((device['ifname'] for device in found if device), None)
if not interface:
  sys.exit(f'an interface must have {address}, got none: check SLOT and ADDRESSES')

text = '''global_defs {
  vrrp_version 3
  vrrp_garp_master_refresh 0
  vrrp_notify_fifo ${VRRP_FIFO_PATH}
  max_auto_priority 50
  enable_script_security
  script_user root
}
track_file health {
  file ${HEALTH_FILE_PATH}
  weight 0
  init_file 1
}
'''
for slot in range(1, len(addresses) + 1):
  distance = (own - slot) % len(addresses)
  priority = math.ceil(200 - min(50, 200 / len(addresses)) * distance) if distance else 250
  text += f'''vrrp_instance slot-{slot} {{
  state BACKUP
  interface {interface}
  virtual_router_id {slot}
  priority {priority}
  advert_int {advert}
  check_unicast_src
  unicast_src_ip {address}
  unicast_peer {{
    {peers}
  }}
  virtual_ipaddress {{
    169.254.{200 + slot // 255}.{slot % 255 + slot // 255}/32 dev lo
  }}
'''
  if slot == own:
    text += '  track_file {\n    health\n  }\n'
  text += '}\n'
with open(sys.argv[1], 'w') as file:
  file.write(text)
`;
