import { DRAIN_PATH, DRAIN_SECONDS } from '../private/contract';

/** Name of the systemd unit that drains the proxy before its instance goes. */
export const DRAIN_UNIT_NAME = 'proxy-fleet-drain';

/**
 * It watches for the end of the instance. It stops before everything that a drain needs, so a shutdown that nobody announced (an
 * instance that is stopped, rebooted or terminated by hand, or whose Spot capacity is taken back) is drained, too, as far as the time
 * reaches that EC2 gives. It keeps the capabilities of root, because the state belongs to another user.
 */
export const DRAIN_UNIT = `[Unit]
Description=Drain of the proxy
After=network-online.target proxy-fleet.service proxy-fleet-watchdog.service proxy-fleet-heartbeat.service keepalived.service
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/usr/bin/python3 -u ${DRAIN_PATH} --watch
ExecStop=/usr/bin/python3 -u ${DRAIN_PATH} --shutdown
TimeoutStopSec=${DRAIN_SECONDS.shutdown + 20}
Restart=always
RestartSec=1
NoNewPrivileges=true
ProtectSystem=full
ProtectHome=true
PrivateTmp=true

[Install]
WantedBy=multi-user.target
`;
