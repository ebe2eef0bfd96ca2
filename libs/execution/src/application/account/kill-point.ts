/**
 * The steps of the order path at which a test may end the process. K2 intent decided, not committed; K3 committed, not
 * handed to the gateway; K5 a later attempt decided, not committed; K6 just before the gateway; K8 its answer read, not
 * stored; K9 stored; K10 fill received; K11 a commit of what happened under way; K12 committed, cursor not; K13 in a
 * reconciliation. The others (a request read, an answer sent, bytes written, shutdown, migration) show from outside.
 */
export type KillStep = 'K2' | 'K3' | 'K5' | 'K6' | 'K8' | 'K9' | 'K10' | 'K11' | 'K12' | 'K13';

/** Does nothing, except where the entry of a fault test wired one that kills. */
export abstract class KillPoint {
  abstract reach(step: KillStep): void;
}

export class NoKillPoint extends KillPoint {
  reach(): void {}
}
