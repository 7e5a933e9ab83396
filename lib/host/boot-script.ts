import { DRAIN_STATE_MAP_PATH, ENGINE_DIRECTORY, HEALTH_PORT, LIVE_PATH, SLOT_ENVIRONMENT_PATH } from '../private/contract';
import { DRAIN_UNIT_NAME } from './drain-unit';

/** Where the boot script lies. */
export const BOOT_SCRIPT_PATH = '/opt/proxy-fleet/boot.sh';

/** Name of the systemd unit that runs the proxy. */
export const PROXY_UNIT = 'proxy-fleet';

/** What not every instance has. */
export interface BootParts {
  readonly heartbeat?: { readonly packageName: string; readonly units: string[] };
  readonly certificates?: {
    readonly packageName: string;
    readonly program: string;
    readonly unit: string;
    readonly timer: string;
  };
  readonly agent?: { readonly packageName: string; readonly start: string };
  readonly publish?: { readonly unit: string; readonly wait: string; readonly abandon: string };
}

/**
 * The script that makes a proxy out of a fresh instance. It may run again at any time, and then starts the proxy anew.
 *
 * Order: packages, programs, settings of the host, drain (whose unit lets even an instance that never gets live go at once), the user's
 * commands, certificates if there are any, configuration check, every address of the interface on the host in each family of the fleet,
 * proxy, live path on every address, what watches over it and CloudWatch's agent if it is wanted, in an elastic fleet an address of the
 * pool, signal. Only then does CloudFormation turn to the next slot. A signal that nobody waits for (an instance that its group replaced on
 * its own) is not an error. An instance of an elastic fleet that does not get so far ends its group's wait itself, and is replaced at once.
 */
export function renderBootScript(
  engine: { packages: string[]; checkCommand: string; bootCommands: string[] },
  { heartbeat, certificates, agent, publish }: BootParts = {},
): string {
  const packages = [
    ...['awscli-2', 'nftables'],
    ...engine.packages,
    ...[heartbeat, certificates, agent].flatMap((one) => one?.packageName ?? []),
  ].join(' ');
  const units = [
    ...['proxy-fleet-watchdog', 'proxy-fleet-guard', 'proxy-fleet-zone-affinity'],
    ...(certificates ? [certificates.timer] : []),
    ...(heartbeat?.units ?? []),
    ...(publish ? [publish.unit] : []),
  ].join(' ');
  const fetchCertificates = certificates ? `retry 12 10 ${certificates.program}\n` : '';
  return `#!/bin/bash
set -euo pipefail

# shellcheck disable=SC1091
. ${SLOT_ENVIRONMENT_PATH}

say() { echo "proxy-fleet: $*" | tee -a /dev/console || true; }

signal() {
  /opt/aws/bin/cfn-signal --exit-code "$1" --reason "$2" --stack "$STACK" --resource "$RESOURCE" --region "$REGION" \\
    || say "the signal was not taken, which is fine unless a deploy waits for it"
}

failed() {
  signal 1 "boot failed at line $1"
  journalctl --unit=${PROXY_UNIT} --lines=20 --no-pager --output=cat | tee -a /dev/console || true
  say "boot failed at line $1"
${publish?.abandon ?? ''}}

trap 'failed "$LINENO"' ERR

# Runs a command until it succeeds: $1 attempts, $2 seconds apart.
retry() {
  local attempts=$1 pause=$2
  shift 2
  for ((attempt = 1; attempt <= attempts; attempt++)); do
    if "$@"; then return 0; fi
    sleep "$pause"
  done
  say "gave up after $attempts attempts: $*"
  return 1
}

imds() {
  local token
  token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
  curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" "http://169.254.169.254/latest/meta-data/$1"
}

interface_addresses() {
  local list
  for list in $ADDRESS_LISTS; do
    imds "network/interfaces/macs/$(imds mac)/$list" || return 1
    echo
  done
}

# True when the interface has all its addresses and the host answers on each of them.
addresses_owned() {
  local addresses address
  addresses=$(interface_addresses) || return 1
  [ "$(wc -w <<<"$addresses")" -ge "$ADDRESSES" ] || return 1
  for address in $addresses; do
    [ -n "$(ip -o addr show to "$address")" ] || return 1
  done
}

live_everywhere() {
  local addresses address
  addresses=$(interface_addresses) || return 1
  for address in $addresses; do
    [[ "$address" != *:* ]] || address="[$address]"
    curl -sfg -m 2 -o /dev/null "http://$address:${HEALTH_PORT}${LIVE_PATH}" || return 1
  done
}

retry 60 10 dnf install -y ${packages}
retry 30 5 aws s3 cp --region "$REGION" --only-show-errors "$PROGRAMS" /opt/proxy-fleet/programs.zip
python3 -m zipfile -e /opt/proxy-fleet/programs.zip /
ln -sfn ../usr/share/zoneinfo/UTC /etc/localtime
echo "net.ipv4.ip_local_reserved_ports = ${HEALTH_PORT},\${LISTENERS// /,}" >/etc/sysctl.d/91-proxy-fleet-ports.conf
systemctl restart systemd-sysctl systemd-journald
mkdir -p ${ENGINE_DIRECTORY}
[ -s ${DRAIN_STATE_MAP_PATH} ] || echo state serving >${DRAIN_STATE_MAP_PATH}
systemctl daemon-reload
systemctl enable ${[PROXY_UNIT, DRAIN_UNIT_NAME, ...(certificates ? [certificates.unit] : [])].join(' ')}
systemctl restart ${DRAIN_UNIT_NAME}
${engine.bootCommands.map((command) => `${command}\n`).join('')}${fetchCertificates}${engine.checkCommand}
retry 60 2 addresses_owned
systemctl restart ${PROXY_UNIT}
retry 60 1 live_everywhere
systemctl enable ${units}
systemctl restart ${units}
${agent?.start ?? ''}${publish?.wait ?? ''}say "live on $(interface_addresses | tr '\\n' ' ')"
signal 0 "live"
`;
}
