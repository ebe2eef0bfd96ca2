export type RefusalReason =
  | 'UNKNOWN_SYMBOL'
  | 'MARKET_CLOSED'
  | 'INSUFFICIENT_BALANCE'
  | 'WOULD_TAKE'
  | 'WOULD_TRIGGER'
  | 'NOT_OPEN'
  | 'NOT_SMALLER';

/** The engine says no; nothing has changed. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(readonly reason: RefusalReason) {
    super(reason);
  }
}
