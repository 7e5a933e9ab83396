/** Templates with other settings, made by hand out of those that the constructs write. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ENV, type FleetTopology, VIRTUAL_IP_RESOURCE_TYPE } from '../../lib/private/takeover-contract';
import { referenceOf } from '../../rehearsal/template/evaluate';
import { file } from './fleet-template';

// biome-ignore lint/suspicious/noExplicitAny: a template is whatever JSON it is
type Any = any;

export interface HandMade {
  /** The assembly that it comes from. */
  readonly directory: string;
  readonly name: string;
  readonly template: { readonly Resources: Record<string, { Type: string; Properties: Any }> };
}

export function handMade(directory: string, name: string): HandMade {
  return { directory, name, template: JSON.parse(readFileSync(join(directory, `${name}.template.json`), 'utf8')) };
}

/** The template as a file, beside a list of the same assets. */
export function written({ directory, name, template }: HandMade): string {
  const path = file(`${name}.template.json`, JSON.stringify(template));
  const assets = JSON.parse(readFileSync(join(directory, `${name}.assets.json`), 'utf8'));
  for (const { source } of Object.values<Any>(assets.files)) source.path = resolve(directory, source.path);
  writeFileSync(path.replace('.template.json', '.assets.json'), JSON.stringify(assets));
  return path;
}

function ofType({ template }: HandMade, type: string): [id: string, properties: Any][] {
  return Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) => (Type === type ? [[id, Properties]] : []));
}

/** Heartbeats of another pace. */
export function beatEvery(made: HandMade, advertMs: number): HandMade {
  return {
    ...made,
    template: JSON.parse(JSON.stringify(made.template).replaceAll("ADVERT_MS='200'", `ADVERT_MS='${advertMs}'`)),
  };
}

/** Lets the records and health checks of the name lead to the virtual IPs, as a pool behind it would. */
export function publishVirtualIps(made: HandMade): HandMade {
  const addresses = ofType(made, VIRTUAL_IP_RESOURCE_TYPE).map(([, { AllocationId }]) => ({ Ref: referenceOf(AllocationId) }));
  const records = ofType(made, 'AWS::Route53::RecordSet');
  const checks = ofType(made, 'AWS::Route53::HealthCheck');
  records.forEach(([id, properties], index) => {
    const address = addresses[index];
    if (!address) {
      delete made.template.Resources[id];
      return;
    }
    properties.ResourceRecords = [address];
    const check = referenceOf(properties.HealthCheckId);
    for (const [other, { HealthCheckConfig }] of checks) if (other === check) HealthCheckConfig.IPAddress = address;
  });
  const used = new Set(ofType(made, 'AWS::Route53::RecordSet').map(([, { HealthCheckId }]) => referenceOf(HealthCheckId)));
  for (const [id] of checks) if (!used.has(id)) delete made.template.Resources[id];
  return made;
}

/** Changes what the takeover function is told. */
export function retell(made: HandMade, change: (topology: FleetTopology) => void): HandMade {
  for (const [, { Environment }] of ofType(made, 'AWS::Lambda::Function')) {
    const encoded = Environment?.Variables?.[ENV.topology];
    if (encoded === undefined) continue;
    // References lie between pieces of JSON text: each stands for itself while the text is an object.
    const pieces: Any[] = typeof encoded === 'string' ? [encoded] : encoded['Fn::Join'][1];
    const references = pieces.filter((piece) => typeof piece !== 'string');
    const text = pieces.map((piece) => (typeof piece === 'string' ? piece : `@@${references.indexOf(piece)}@@`)).join('');
    const topology = JSON.parse(text);
    change(topology);
    const parts = JSON.stringify(topology).split(/@@(\d+)@@/);
    Environment.Variables[ENV.topology] = {
      'Fn::Join': ['', parts.map((part, index) => (index % 2 === 1 ? references[Number(part)] : part))],
    };
  }
  return made;
}
