import { ENV, type FleetTopology } from '../lib/private/takeover-contract';

const SHAPE = {
  slots: ['slot', 'zone', 'interfaceId'],
  virtualIps: ['name', 'allocationId', 'home'],
  probes: ['zone', 'functionName'],
} as const;

/** Reads the topology that the constructs wrote into the environment; throws and says where it is wrong. */
export function parseTopology(text: string | undefined): FleetTopology {
  const parsed = parseJson(text);
  if (typeof parsed.fleet !== 'string' || parsed.fleet === '') {
    throw wrong(`.fleet must be a non-empty string, got ${JSON.stringify(parsed.fleet)}`);
  }
  for (const [list, keys] of Object.entries(SHAPE)) {
    const entries = parsed[list];
    if (!Array.isArray(entries)) throw wrong(`.${list} must be a list, got ${JSON.stringify(entries)}`);
    entries.forEach((entry: unknown, index) => {
      for (const key of keys) {
        const value = isRecord(entry) ? entry[key] : undefined;
        if (typeof value !== 'string' || value === '') {
          throw wrong(`.${list}[${index}].${key} must be a non-empty string, got ${JSON.stringify(value)}`);
        }
      }
    });
  }
  return parsed as unknown as FleetTopology;
}

function parseJson(text: string | undefined): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text ?? '');
  } catch {
    throw wrong(` must be JSON, got ${text === undefined ? 'nothing' : JSON.stringify(text.slice(0, 80))}`);
  }
  if (!isRecord(parsed)) throw wrong(` must be an object, got ${JSON.stringify(parsed)}`);
  return parsed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(what: string): Error {
  return new Error(`environment variable ${ENV.topology}${what}: deploy the fleet's stack again`);
}
