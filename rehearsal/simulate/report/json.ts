/** The result for programs: the same simulation gives the same bytes. */
import type { SimulationResult } from '../result';

/** Raised when a field is removed or changes its meaning; an added field leaves it alone. */
const SCHEMA_VERSION = 1;

export function renderSimulationJson(result: SimulationResult): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...result }, null, 1)}\n`;
}
