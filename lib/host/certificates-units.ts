import { CERTIFICATES_PATH } from '../private/contract';

/**
 * What the boot script adds for certificates: a package, the program that fetches them, the unit that does so at every later start of the
 * machine, which may have been parked for months, and the timer that does so twice a day.
 */
export const CERTIFICATE_SERVICES = {
  packageName: 'openssl',
  program: `/usr/bin/python3 -u ${CERTIFICATES_PATH}`,
  unit: 'proxy-fleet-certificates.service',
  timer: 'proxy-fleet-certificates.timer',
};

/** Root, who alone may write the files and have the proxy reloaded, with the one power to hand them to the proxy's group. */
export const CERTIFICATES_UNIT = `[Unit]
Description=Certificates of the proxy
After=network-online.target proxy-fleet.service

[Service]
Type=oneshot
ExecStart=${CERTIFICATE_SERVICES.program}
TimeoutStartSec=15min
CapabilityBoundingSet=CAP_CHOWN
NoNewPrivileges=true
ProtectSystem=strict
ReadWritePaths=/etc/proxy-fleet
ProtectHome=true
PrivateTmp=true

[Install]
WantedBy=multi-user.target
`;

/** Twice a day, so that a day without a figure means that nobody looks; the proxies of a fleet do so at times of their own. */
export const CERTIFICATES_TIMER = `[Unit]
Description=Renews the certificates of the proxy

[Timer]
OnActiveSec=12h
OnUnitActiveSec=12h
RandomizedDelaySec=1h

[Install]
WantedBy=timers.target
`;
