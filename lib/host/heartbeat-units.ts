import {
  GUARD_PATH,
  HEALTH_FILE_PATH,
  HEARTBEAT_ENVIRONMENT_PATH,
  HEARTBEAT_PATH,
  KEEPALIVED_CONFIG_SCRIPT_PATH,
  SLOT_ENVIRONMENT_PATH,
  VRRP_FIFO_PATH,
  WATCHDOG,
  WATCHDOG_PATH,
} from '../private/contract';

/** What the boot script adds for heartbeats: a package, and units in the order in which they start. */
export const HEARTBEAT_SERVICES = {
  packageName: 'keepalived',
  units: ['proxy-fleet-heartbeat', 'keepalived'],
};

/** Root without any of root's powers: the files below /run are its own, and keepalived follows no one else's. */
export const HARDENING = `RuntimeDirectory=proxy-fleet
RuntimeDirectoryPreserve=yes
CapabilityBoundingSet=
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
`;

export const ALWAYS = `Restart=always
RestartSec=1
`;

export const INSTALL = `
[Install]
WantedBy=multi-user.target
`;

/**
 * The watchdog's unit. Dead, killed or frozen, it leaves the proxy sick: the verdict is written anew when it ends, and one that is not
 * heard of is killed at once, because a stopped process takes no other signal.
 */
export const WATCHDOG_UNIT = `[Unit]
Description=Watchdog of the proxy
After=proxy-fleet.service
StartLimitIntervalSec=0

[Service]
Type=notify
EnvironmentFile=${SLOT_ENVIRONMENT_PATH}
ExecStart=/usr/bin/python3 -u ${WATCHDOG_PATH}
ExecStopPost=/bin/sh -c 'echo 1 >${HEALTH_FILE_PATH}'
WatchdogSec=${WATCHDOG.silenceMs}ms
WatchdogSignal=SIGKILL
${ALWAYS}${HARDENING}${INSTALL}`;

/** The guard's unit. It may change the packet filter, and asks systemd to kill the proxy; ports that it rejects are accepted at its end. */
export const GUARD_UNIT = `[Unit]
Description=Guard of the proxy
After=proxy-fleet-watchdog.service
StartLimitIntervalSec=0

[Service]
Type=notify
EnvironmentFile=${SLOT_ENVIRONMENT_PATH}
ExecStart=/usr/bin/python3 -u ${GUARD_PATH}
ExecStopPost=-/usr/sbin/nft delete table inet proxy_fleet
WatchdogSec=30s
WatchdogSignal=SIGKILL
${ALWAYS}RuntimeDirectory=proxy-fleet
RuntimeDirectoryPreserve=yes
CapabilityBoundingSet=CAP_NET_ADMIN
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
${INSTALL}`;

/** The hints' unit. It makes the FIFO before keepalived starts, which would remove one of its own at its end. */
export const HEARTBEAT_UNIT = `[Unit]
Description=Hints of the proxy's heartbeats
After=proxy-fleet.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${HEARTBEAT_ENVIRONMENT_PATH}
Environment="RES_OPTIONS=timeout:1 attempts:2"
ExecStartPre=-/usr/bin/mkfifo -m 600 ${VRRP_FIFO_PATH}
ExecStart=/usr/bin/python3 -u ${HEARTBEAT_PATH}
${ALWAYS}${HARDENING}${INSTALL}`;

/** What is added to the distribution's unit: the configuration is written and checked at every start. */
export const KEEPALIVED_DROP_IN = `[Unit]
After=proxy-fleet-watchdog.service proxy-fleet-heartbeat.service
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${HEARTBEAT_ENVIRONMENT_PATH}
ExecStartPre=/usr/bin/python3 ${KEEPALIVED_CONFIG_SCRIPT_PATH} /etc/keepalived/keepalived.conf
ExecStartPre=/usr/sbin/keepalived -t
KillMode=mixed
${ALWAYS}NoNewPrivileges=true
ProtectSystem=full
ReadWritePaths=/etc/keepalived
ProtectHome=true
PrivateTmp=true
`;
