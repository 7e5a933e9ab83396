// The guards of the record function, each with a change that takes it away and the rule of `record-histories.ts` that must not survive
// that. `from` must occur exactly once in its file, so that a guard which was rewritten is noticed.
//
// Not here, because unit tests hold them: what is asked of EC2 and of observers, what others change meanwhile, limits of time and of pace, and
// what only saves a call or a minute.
const LOOK = 'runtime/look-at-records.ts';
const CHANGE = 'runtime/records-change.ts';
const PLAN = 'runtime/core/plan-instance-records.ts';
const LAUNCH = 'runtime/core/launch.ts';
const SYNC = 'runtime/in-sync.ts';

export const RECORD_MUTANTS = [
  {
    guard: 'a new instance is published only once it has said that its proxy is live',
    file: LOOK,
    from: ' || (isNew && live.includes(instanceId));',
    to: ' || isNew;',
    breaks: 'is in DNS and never said that its proxy is live',
  },
  {
    guard: 'an instance on its way into service stays published',
    file: LOOK,
    from: "const isNew = lifecycleState === 'Pending:Wait' || lifecycleState === 'Pending:Proceed';",
    to: "const isNew = lifecycleState === 'Pending:Wait';",
    breaks: 'is not in DNS',
  },
  {
    guard: 'what an instance said counts until its launch is over',
    file: LOOK,
    from: "live.filter((id) => !(stateOf(id) ?? '').startsWith('Pending'))",
    to: 'live',
    breaks: 'not settled',
  },
  {
    guard: 'an instance that EC2 takes back is not published',
    file: LOOK,
    from: 'return serves && !leaving.includes(instanceId) ? [instanceId] : [];',
    to: 'return serves ? [instanceId] : [];',
    breaks: 'DNS has',
  },
  {
    guard: 'a launch ends only when its record is there',
    file: LAUNCH,
    from: "if (lifecycleState === 'Pending:Wait') return isPublished(instanceId);",
    to: "if (lifecycleState === 'Pending:Wait') return true;",
    breaks: 'is not in DNS',
  },
  {
    guard: 'an instance hears that it is settled only when it is published',
    file: LAUNCH,
    from: 'return held === undefined ? { settled: false, reason: lacking }',
    to: 'return held === undefined ? { settled: true, reason: lacking }',
    breaks: 'was told that it is settled',
  },
  {
    guard: 'a record that is not on all name servers does not count',
    file: CHANGE,
    from: 'for (const { keys } of late) for (const key of keys) this.published.delete(key);',
    to: '',
    breaks: 'is not in DNS',
  },
  {
    guard: 'a change whose fate nobody heard of is late',
    file: SYNC,
    from: "return 'unheard';",
    to: "return 'everywhere';",
    breaks: 'is not in DNS',
  },
  {
    guard: 'a record of which nobody knows whether it is everywhere is written once more',
    file: PLAN,
    from: ' && before.ttl === each.record.ttl && !isUnknown(each)) return [];',
    to: ' && before.ttl === each.record.ttl) return [];',
    breaks: 'is not in DNS',
  },
  {
    guard: 'health checks go only when no name server knows a record that has them',
    file: CHANGE,
    from: '    if (late.length > 0) return;\n',
    to: '',
    breaks: 'which is gone',
  },
  {
    guard: 'a health check that a record has stays',
    file: CHANGE,
    from: '.filter((id) => !used.has(id));',
    to: ';',
    breaks: 'which is gone',
  },
  {
    guard: 'a health check without a record goes',
    file: CHANGE,
    from: 'const leftOver = after.flatMap((place) => orphans(owned, place, owner, without));',
    to: 'const leftOver: string[] = [];',
    breaks: 'health checks of',
  },
  {
    guard: 'records of others are not ours',
    file: PLAN,
    from: 'return setIdentifier?.startsWith(`${owner}-`) ?? false;',
    to: 'return setIdentifier !== undefined;',
    breaks: 'a record of somebody else is not as it was',
  },
  {
    guard: 'the last record stays',
    file: PLAN,
    from: '    if (standing.length === 0) return [];\n',
    to: '',
    breaks: 'the name has no record any more',
  },
  {
    guard: 'what nobody wants goes',
    file: PLAN,
    from: 'const most = Math.max(1, Math.floor(family.length * mostRemoved));',
    to: 'const most = 0;',
    breaks: 'in DNS after a sweep',
  },
];
