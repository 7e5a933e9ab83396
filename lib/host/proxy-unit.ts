import type { EngineConfig } from '../engine/engine-config';
import { DRAIN_STATE_MAP_PATH } from '../private/contract';

/**
 * The systemd unit of the proxy: started again whenever it ends, without root (binding low ports is all it may), and with room for
 * 65,536 descriptors, from which HAProxy derives how many connections it takes. Told to stop, it serves what it has to the end, which
 * the engine itself bounds with 60 seconds.
 */
export function renderProxyUnit(engine: EngineConfig): string {
  return `[Unit]
Description=Proxy of the fleet
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
Type=${engine.notifies ? 'notify' : 'exec'}
RuntimeDirectory=proxy-fleet-engine
RuntimeDirectoryPreserve=yes
ExecStartPre=/bin/sh -c 'test -s ${DRAIN_STATE_MAP_PATH} || echo state serving >${DRAIN_STATE_MAP_PATH}'
ExecStart=${engine.startCommand}
ExecReload=${engine.checkCommand}
ExecReload=${engine.reloadCommand}
KillMode=mixed
KillSignal=${engine.stopSignal}
TimeoutStopSec=75
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
