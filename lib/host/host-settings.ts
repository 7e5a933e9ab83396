import { ACCEPT_QUEUE, HAPROXY_CONFIG_PATH, SLOT_ENVIRONMENT_PATH, ZONE_AFFINITY_PATH } from '../private/contract';

/**
 * What a proxy needs of the kernel. Nothing here loads conntrack, which would bring a ceiling of its own; a file of the fleet's own beside
 * this one keeps its ports from being taken by connections to targets.
 *
 * Source: kernel documentation, "IP Sysctl"; EC2 user guide, "Security group connection tracking".
 */
export const SYSCTLS = `# Each connection to a target takes a port, and targets are few: 64,511 instead of 28,232 for each of them.
net.ipv4.ip_local_port_range = 1024 65535
# Connections that closed a moment ago keep their port for a minute; a new one to the same target may have it at once.
net.ipv4.tcp_tw_reuse = 1
# All clients of a failed proxy come at once: queues hold them until they are accepted.
net.core.somaxconn = ${ACCEPT_QUEUE}
net.ipv4.tcp_max_syn_backlog = 16384
# Tables of security groups, NAT gateways and load balancers forget a connection that was silent for 350 s.
net.ipv4.tcp_keepalive_time = 60
net.ipv4.tcp_keepalive_intvl = 30
net.ipv4.tcp_keepalive_probes = 3
`;

/** Logs may take a part of the disk, which has 8 GB. */
export const JOURNAL_LIMITS = `[Journal]
SystemMaxUse=512M
`;

/**
 * The unit of the program that tells HAProxy which targets are in its own zone, by ZONES. An engine that has no such
 * program goes without.
 */
export const ZONE_AFFINITY_UNIT = `[Unit]
Description=Targets of the own zone first
After=proxy-fleet.service
ConditionPathExists=${HAPROXY_CONFIG_PATH}
ConditionPathExists=${ZONE_AFFINITY_PATH}
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${SLOT_ENVIRONMENT_PATH}
ExecStart=/usr/bin/python3 -u ${ZONE_AFFINITY_PATH}
Restart=always
RestartSec=1
# HAProxy's socket belongs to HAProxy's user.
CapabilityBoundingSet=CAP_DAC_OVERRIDE
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true

[Install]
WantedBy=multi-user.target
`;
