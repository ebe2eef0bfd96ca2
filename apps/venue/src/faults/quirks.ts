/** How this venue departs from the good behaviour of the reference: standing rules, not single faults. */
export interface Quirks {
  /** Client ids: unique among open orders, for ever, or not at all. */
  readonly clientIds: 'OPEN_ONLY' | 'FOREVER' | 'NONE';
  /** False: orders cannot be found by client id. */
  readonly findsByClientId: boolean;
  /** False: a request holds for ever. */
  readonly hasValidityWindow: boolean;
  /** Queries do not see an order, nor its fills, until this long after it was accepted. */
  readonly visibilityLagMs: number;
  /** Orders that ended without a fill answer −2026 this long after; null: never. */
  readonly archiveAfterMs: number | null;
  /** Orders that ended without a fill do not exist any more for queries. */
  readonly forgetsUnfilled: boolean;
  /** Commissions are zero at first and charged this long after; null: at once. */
  readonly lateFeeMs: number | null;
  /** Quantities are silently rounded down to this many lots; 1: not at all. */
  readonly roundsToLots: number;
  /** All fills of one order carry the trade id of its first. */
  readonly sharesTradeIds: boolean;
  /** What the account answer adds to the free balance, per asset, decimal text: it disagrees with the fills. */
  readonly misstatedBalances: Readonly<Record<string, string>>;
  /** Refuses orders for want of funds, whatever the balances say. */
  readonly deniesFunds: boolean;
  /** All but server time, ping and the system's status answers 503. */
  readonly isInMaintenance: boolean;
}

export const FAITHFUL: Quirks = {
  clientIds: 'OPEN_ONLY',
  findsByClientId: true,
  hasValidityWindow: true,
  visibilityLagMs: 0,
  archiveAfterMs: null,
  forgetsUnfilled: false,
  lateFeeMs: null,
  roundsToLots: 1,
  sharesTradeIds: false,
  misstatedBalances: {},
  deniesFunds: false,
  isInMaintenance: false,
};

/** The quirks in force, for the whole venue and for single accounts. */
export class QuirkBook {
  /** What this venue is like by nature; calm goes back to it. */
  readonly #nature: Quirks;
  #venue: Quirks;
  readonly #accounts = new Map<string, Partial<Quirks>>();

  constructor(quirks: Partial<Quirks> = {}) {
    this.#nature = { ...FAITHFUL, ...quirks };
    this.#venue = this.#nature;
  }

  get venue(): Quirks {
    return this.#venue;
  }

  of(accountId: string): Quirks {
    const own = this.#accounts.get(accountId);
    return own === undefined ? this.#venue : { ...this.#venue, ...own };
  }

  /** Maintenance is the whole venue's: it is refused for one account. */
  set(quirks: Partial<Quirks>, accountId: string | null = null): void {
    if (accountId !== null && quirks.isInMaintenance !== undefined) {
      throw new RangeError('a venue is in maintenance for everybody, not for one account');
    }
    if (accountId === null) this.#venue = { ...this.#venue, ...quirks };
    else this.#accounts.set(accountId, { ...this.#accounts.get(accountId), ...quirks });
  }

  clear(): void {
    this.#venue = this.#nature;
    this.#accounts.clear();
  }
}
