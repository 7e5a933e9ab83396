/** What stands for the certificates of listeners, which lie in Secrets Manager or ACM: one that is signed with its own key. */
import { certificatesOf } from './adapt-configuration';
import { selfSigned } from './self-signed';

const DAY_MS = 86_400_000;

/** Contents of the files by their names. */
export function standInCertificates(configuration: string, now = Date.now()): ReadonlyMap<string, string> {
  const { cert, key } = selfSigned('rehearsal', new Date(now - DAY_MS), new Date(now + DAY_MS));
  return new Map(certificatesOf(configuration).map((name) => [name, cert + key]));
}
