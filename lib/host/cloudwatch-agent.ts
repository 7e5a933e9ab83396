import { CLOUDWATCH_AGENT_PATH, METRICS } from '../private/contract';

/** Interval of its metrics in seconds. */
const INTERVAL_SECONDS = 60;

/**
 * Limits of the network that EC2 enforces without a word, by the counter that its network driver keeps for each.
 *
 * Source: EC2 user guide, "Monitor network performance for ENA settings on your EC2 instance".
 */
const ALLOWANCES = [
  'bw_in_allowance_exceeded',
  'bw_out_allowance_exceeded',
  'pps_allowance_exceeded',
  'conntrack_allowance_exceeded',
  'conntrack_allowance_available',
];

/** Stands in the configuration for the name of the fleet, which the boot script knows. */
const FLEET = '@fleet@';

const inFleet = { append_dimensions: { [METRICS.dimension]: FLEET } };

/**
 * What CloudWatch's agent is told: what no metric of EC2 tells of a proxy. For each instance and over the whole fleet.
 *
 * Source: CloudWatch user guide, "Manually create or edit the CloudWatch agent configuration file".
 */
export const CLOUDWATCH_AGENT_CONFIG = `${JSON.stringify(
  {
    agent: { metrics_collection_interval: INTERVAL_SECONDS },
    metrics: {
      namespace: METRICS.namespace,
      append_dimensions: { InstanceId: '${aws:InstanceId}' },
      aggregation_dimensions: [[METRICS.dimension]],
      metrics_collected: {
        mem: { measurement: ['used_percent'], ...inFleet },
        disk: { measurement: ['used_percent'], resources: ['/'], drop_device: true, ...inFleet },
        netstat: { measurement: ['tcp_established'], ...inFleet },
        ethtool: { interface_include: ['*'], metrics_include: ALLOWANCES, ...inFleet },
      },
    },
  },
  undefined,
  1,
)}\n`;

/** What the boot script does for it. A proxy serves without it, too. */
export const CLOUDWATCH_AGENT = {
  packageName: 'amazon-cloudwatch-agent',
  start: `sed -i "s|${FLEET}|$FLEET|" ${CLOUDWATCH_AGENT_PATH}
/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl -a fetch-config -m ec2 -s -c file:${CLOUDWATCH_AGENT_PATH} \\
  || say "CloudWatch's agent does not start"
`,
} as const;
