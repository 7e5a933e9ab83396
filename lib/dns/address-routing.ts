/**
 * How the addresses of one branch share its name.
 *
 * A branch is an alias to a group of records. By every rule that AWS documents, that may be a group of multivalue records ("a record
 * or a group of records of the same routing policy, name and type"), but every example that AWS gives shows weighted ones. Who wants
 * to stay with what is shown takes `WEIGHTED`, and pays for it: an answer then holds one address, not all of them.
 *
 * Source: Route 53 API reference, `AliasTarget.EvaluateTargetHealth`; Route 53 developer guide, "Active-active and active-passive
 * failover".
 */
export enum AddressRouting {
  /** An answer holds all healthy addresses, eight at most: clients try the next one before anybody has noticed that one is dead. */
  MULTIVALUE = 'multivalue',

  /** An answer holds one healthy address, each as likely as the others: a client waits for Route 53 when that one dies. */
  WEIGHTED = 'weighted',
}
