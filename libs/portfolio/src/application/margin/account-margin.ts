import type { JsonObject } from '@sextant/contracts';
import type { AccountId, EpochMs } from '@sextant/kernel';
import { write } from '@sextant/platform';
import type { CommitPlan } from '@sextant/platform';
import type { MarginTier } from '../../domain/perpetuals/margin-tiers.js';
import { marginSettings, positionModes, storedTiers } from './margin-tables.js';
import type { MarginMode } from './margin-tables.js';

/** How an account holds the perpetuals of one market. */
export interface MarketMargin {
  leverage: number;
  marginMode: MarginMode;
  /** Empty while the venue has not told them. */
  tiers: readonly MarginTier[];
}

/** All of an account's margin settings. */
export interface MarginSnapshot {
  hedged: boolean;
  markets: (MarketMargin & { symbol: string })[];
}

/** Before the venue has said anything: nothing is borrowed, so nothing is set aside too little. */
const UNKNOWN: MarketMargin = { leverage: 1, marginMode: 'CROSS', tiers: [] };

/** Leverage, margin mode and position mode of an owned account, as its venue said them last. */
export class AccountMargin {
  /** What is stored, and what the venue said of all its markets. */
  private readonly stored = new Map<string, MarketMargin>();
  private told: ReadonlyMap<string, MarketMargin> = new Map();
  private sides = false;

  static load({ hedged, markets }: MarginSnapshot): AccountMargin {
    const margin = new AccountMargin();
    margin.sides = hedged;
    for (const { symbol, ...market } of markets) margin.stored.set(symbol, market);
    return margin;
  }

  /** Hedge mode: an order says which of the two positions it is for. */
  get hedged(): boolean {
    return this.sides;
  }

  of(symbol: string): MarketMargin {
    return this.told.get(symbol) ?? this.stored.get(symbol) ?? UNKNOWN;
  }

  /** Whether readers of the account find how this market is held. */
  isStored(symbol: string): boolean {
    return this.stored.has(symbol);
  }

  /**
   * Takes over what the venue says; what is to be committed, or null where nothing changed. Of its hundreds of markets
   * only those are stored that the account uses.
   */
  apply(
    accountId: AccountId,
    told: MarginSnapshot,
    isUsed: (symbol: string) => boolean,
    at: EpochMs,
    actor: string,
  ): CommitPlan | null {
    this.told = new Map(told.markets.map(({ symbol, ...market }) => [symbol, market]));
    const plan: CommitPlan = { rows: [], events: [], ledger: [] };
    const note = (payload: JsonObject) =>
      plan.events.push({
        type: 'MarginSettingsChanged',
        payload: { accountId, ...payload },
        occurredAt: at,
        actor,
      });
    for (const { symbol, ...market } of told.markets) {
      if (!isUsed(symbol) || isSame(this.stored.get(symbol), market)) continue;
      this.stored.set(symbol, market);
      const { leverage, marginMode: margin_mode } = market;
      const tiers = storedTiers(market.tiers);
      const row = { account_id: accountId, symbol, leverage, margin_mode, tiers, updated_at: at };
      plan.rows.push(write(marginSettings, row));
      note({ symbol, leverage, marginMode: margin_mode });
    }
    if (told.hedged !== this.sides) {
      this.sides = told.hedged;
      plan.rows.push(write(positionModes, { account_id: accountId, hedged: told.hedged, updated_at: at }));
      note({ hedged: told.hedged });
    }
    return plan.events.length === 0 ? null : plan;
  }
}

function isSame(known: MarketMargin | undefined, told: MarketMargin): boolean {
  if (known === undefined || known.leverage !== told.leverage || known.marginMode !== told.marginMode) {
    return false;
  }
  return JSON.stringify(storedTiers(known.tiers)) === JSON.stringify(storedTiers(told.tiers));
}
