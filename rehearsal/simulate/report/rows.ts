/** The classes of a group as rows: what no client notices, whatever the resolver does, is one row. */
import type { ClassResult, GroupResult } from '../result';

/** In place of a resolver, where it makes no difference. */
const ANY = 'any';

export function rowsOf({ classes }: Pick<GroupResult, 'classes'>): ClassResult[] {
  const clients = [...new Set(classes.map(({ client }) => client))];
  return clients.flatMap((client) => {
    const own = classes.filter((each) => each.client === client);
    const [first] = own;
    if (!first || own.length === 1 || own.some(({ affected, delayed }) => affected + delayed > 0)) return own;
    return [{ ...first, cache: ANY, clients: own.reduce((sum, each) => sum + each.clients, 0) }];
  });
}

/** Failed or late requests of an average client. */
export function perClient(requests: number, { clients }: Pick<ClassResult, 'clients'>): string {
  if (requests === 0 || clients === 0) return '-';
  const each = requests / clients;
  return each < 0.05 ? '<0.1' : each < 100 ? each.toFixed(1) : String(Math.round(each));
}

/** 36 %; a share of nothing is 0 %, and one that is small is not. */
export function shareOf(value: number): string {
  const percent = value * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.5) return '<1 %';
  return `${percent < 99.5 || percent >= 100 ? Math.round(percent) : '>99'} %`;
}
