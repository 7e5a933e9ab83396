import { isNginx } from './adapt-nginx';
import { type EngineBinary, findHaproxy, findNginx } from './engine-binary';

/** The engine of this machine that runs a configuration. */
export function engineFor(configuration: string): EngineBinary {
  return isNginx(configuration) ? findNginx() : findHaproxy();
}
