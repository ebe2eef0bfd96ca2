/**
 * The steps of the order path at which a test may end the process. K2 intent decided, not committed; K3 committed, not
 * handed to the gateway; K6 just before the gateway; K8 its answer read, not stored; K9 stored; K10 fill received;
 * K11 fill's commit under way; K12 fill committed, cursor not; K13 in a reconciliation.
 */
export type KillStep = 'K2' | 'K3' | 'K6' | 'K7' | 'K8' | 'K9' | 'K10' | 'K11' | 'K12' | 'K13';

/** Does nothing, except where a fault test wired one that kills. */
export abstract class KillPoint {
  abstract reach(step: KillStep): void;
}

export class NoKillPoint extends KillPoint {
  reach(): void {}
}
