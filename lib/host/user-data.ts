import type { EngineConfig } from '../engine/engine-config';
import { SLOT_ENVIRONMENT_PATH } from '../private/contract';
import { BOOT_SCRIPT_PATH, PROXY_UNIT, renderBootScript } from './boot-script';
import { type CertificateOptions, renderCertificatesFile } from './certificates-file';
import { CERTIFICATE_SERVICES } from './certificates-units';
import { type HostFile, renderCloudConfig } from './cloud-config';
import { CLOUDWATCH_AGENT } from './cloudwatch-agent';
import { type DrainTimes, renderDrainFile } from './drain-file';
import { type HeartbeatOptions, renderHeartbeatFile } from './heartbeat-file';
import { HEARTBEAT_SERVICES } from './heartbeat-units';
import { renderProxyUnit } from './proxy-unit';
import { longestLaunchSeconds, publishPart } from './publish-script';

/** EC2 takes at most 16 KB of user data before encoding. Source: EC2 user guide, "Run commands at launch using instance user data". */
const MAX_USER_DATA_BYTES = 16_384;

/** A stack's or a function's name has at most so many characters, an address fewer. */
const LONGEST_REFERENCE_BYTES = 128;

/** Bytes of what has fewer: pseudo parameters, and names of zones, which come by way of a function. */
const SHORT_REFERENCE_BYTES = 32;
const SHORT_REFERENCES = ['AWS::Region', 'AWS::Partition', 'AWS::AccountId', 'AWS::URLSuffix'];

/** What differs from fleet to fleet and from slot to slot; the boot script reads it. */
export interface HostEnvironment {
  readonly STACK: string;
  readonly REGION: string;
  /** Where the programs are: 's3://bucket/key.zip'. */
  readonly PROGRAMS: string;
  /** Logical id of the auto scaling group, which waits for the signal. */
  readonly RESOURCE: string;
  /** Ports of the listeners, with spaces between them. */
  readonly LISTENERS: string;
  /** IPv4 ranges of the VPC's subnets by zone, 'name=range,range', with spaces between them. */
  readonly ZONES: string;
  /** Name of the fleet in CloudWatch, where its instances have CloudWatch's agent. */
  readonly FLEET?: string;
  /** Name of the function that gives an instance of an elastic fleet its address. */
  readonly PUBLISH_FUNCTION?: string;
  /** Lists of the interface's addresses in the instance metadata, one for each family. */
  readonly ADDRESS_LISTS: string;
  /** How many addresses, of all families, the interface must have before the proxy may be live. */
  readonly ADDRESSES: string;
}

/** What the files of an instance are made of besides. */
export interface UserDataOptions {
  /** Name of the slot, if the fleet has slots. */
  readonly slot?: string;
  readonly drain: DrainTimes;
  /** Lines of shell that run before the proxy starts. */
  readonly bootCommands?: string[];
  /** For a fleet with listeners that end TLS. */
  readonly certificates?: CertificateOptions;
  /** For a fleet that has virtual IPs. */
  readonly heartbeat?: HeartbeatOptions;
}

/** Writes user data: everything that is put on the instance, and the one command that starts it. */
export function renderUserData(
  engine: EngineConfig,
  environment: HostEnvironment,
  { slot = '', drain, bootCommands = [], certificates, heartbeat }: UserDataOptions,
): string {
  const variables = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
  const files: HostFile[] = [
    { path: SLOT_ENVIRONMENT_PATH, permissions: '0644', content: variables.join('') },
    renderDrainFile(slot, drain),
    ...engine.files.map((file) => ({ ...file, permissions: '0644' })),
    { path: `/etc/systemd/system/${PROXY_UNIT}.service`, permissions: '0644', content: renderProxyUnit(engine) },
    {
      path: BOOT_SCRIPT_PATH,
      permissions: '0755',
      content: renderBootScript(
        { ...engine, bootCommands },
        {
          heartbeat: heartbeat && HEARTBEAT_SERVICES,
          certificates: certificates && CERTIFICATE_SERVICES,
          agent: environment.FLEET === undefined ? undefined : CLOUDWATCH_AGENT,
          publish: environment.PUBLISH_FUNCTION === undefined ? undefined : publishPart(longestLaunchSeconds(drain)),
        },
      ),
    },
    ...(heartbeat ? [renderHeartbeatFile(heartbeat)] : []),
    ...(certificates ? [renderCertificatesFile(certificates, engine.user)] : []),
  ];
  return renderCloudConfig(files, [[BOOT_SCRIPT_PATH]]);
}

/** Says so when user data is larger than EC2 takes; what only a deploy can know counts with the longest that it may become. */
export function oversizedUserData(resolved: string | { readonly 'Fn::Join': [string, unknown[]] }): string[] {
  const parts = typeof resolved === 'string' ? [resolved] : resolved['Fn::Join'][1];
  const bytes = parts.reduce<number>((sum, part) => {
    return sum + (typeof part === 'string' ? Buffer.byteLength(part) : longestOf(part));
  }, 0);
  if (bytes <= MAX_USER_DATA_BYTES) return [];
  return [
    `user data must have at most ${MAX_USER_DATA_BYTES} bytes, got ${bytes}: use fewer listeners, or dnsName() for many targets`,
  ];
}

function longestOf(reference: unknown): number {
  const { Ref: name, 'Fn::Select': [, list] = [] } = reference as { Ref?: string; 'Fn::Select'?: [unknown, unknown] };
  const isZone = typeof list === 'object' && list !== null && 'Fn::GetAZs' in list;
  return isZone || SHORT_REFERENCES.includes(name ?? '') ? SHORT_REFERENCE_BYTES : LONGEST_REFERENCE_BYTES;
}
