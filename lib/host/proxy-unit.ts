/**
 * The systemd unit of the proxy: started again whenever it ends, without root (binding low ports is all it may), and with room for
 * 65,536 descriptors, from which HAProxy derives how many connections it takes.
 */
export function renderProxyUnit(engine: { startCommand: string; user: string }): string {
  return `[Unit]
Description=Proxy of the fleet
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart=${engine.startCommand}
KillMode=mixed
Restart=always
RestartSec=1
User=${engine.user}
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=true
ProtectSystem=strict
ProtectHome=true
PrivateTmp=true
LimitNOFILE=65536

[Install]
WantedBy=multi-user.target
`;
}
