import { DomainError } from '@sextant/kernel';
import type { PlaceOrderPayload } from '../account/commands-of-account.js';
import type { OrderRequest } from '../requests/order-request.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { VenueLink } from '../venue/venue-link.js';

/** What a first order in a market waits at most for its book. */
const MARKET_PATIENCE_MS = 2_500;
const RETRY_MS = 5_000;

/** Reasons of a link that only a person can mend: the key or the connection. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'CONNECTION_NOT_FOUND',
  'CREDENTIAL_INVALID',
  'PERMISSION_DENIED',
]);

/**
 * What has to hold before an order is so much as looked at: that a LIVE account may trade now, and that the market has a
 * book. Whether it then may be sent is risk's to say; that it still may, the gateway's.
 */
export class EntryBar {
  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly tools: ExecutionTools,
  ) {}

  /** Null in the same turn where there is nothing to ask: an account of play money in a market that is followed. */
  of(payload: PlaceOrderPayload): Promise<DomainError | null> | null {
    const isLive = this.account.row.kind === 'LIVE';
    return isLive ? this.ofLive(payload) : this.seen(payload.request);
  }

  /** Follows what an order is judged by: its market, and those of what is held where the equity decides the quantity. */
  seen({ symbol, sizing }: OrderRequest): Promise<null> | null {
    const own = this.follow(symbol);
    if (sizing == null || sizing.by === 'POSITION') return own;
    const valued = this.followHeld(symbol);
    return valued.length === 0 ? own : Promise.all([own, ...valued]).then(() => null);
  }

  private followHeld(symbol: string): Promise<null>[] {
    const known = this.symbolOf(symbol);
    if (known === null) return [];
    const { quote } = this.tools.markets.instrument(known);
    const { portfolio } = this.account;
    const held = portfolio.assets().filter((asset) => asset !== quote && portfolio.totalUnits(asset) !== 0n);
    return held.flatMap((asset) => this.follow(`${asset}/${quote}`) ?? []);
  }

  /**
   * Follows the market, also one that somebody else keeps fresh and may leave, and waits a bounded time for its book. What
   * is not there then is stale.
   */
  follow(text: string): Promise<null> | null {
    const { markets } = this.tools;
    const symbol = this.symbolOf(text);
    if (symbol === null || markets.follow === undefined) return null;
    markets.follow(symbol);
    if (this.account.market(symbol)?.stale === false || markets.ready === undefined) return null;
    return markets.ready(symbol, MARKET_PATIENCE_MS).then(() => null);
  }

  /** Why this account opens nothing at present, whatever the order; null when it may. */
  async closedFor(): Promise<DomainError | null> {
    if (this.account.row.kind !== 'LIVE') return null;
    if (!this.tools.settings.liveTrading()) {
      return new DomainError('LIVE_TRADING_DISABLED', 'This installation places no orders on live accounts.');
    }
    const obstacle = await this.link.obstacle().catch((error: Error) => ({
      code: 'VENUE_UNAVAILABLE',
      detail: error.message,
      retryAfterMs: RETRY_MS,
    }));
    if (obstacle === null) return null;
    const { code, detail, retryAfterMs } = obstacle;
    if (OF_THE_CONNECTION.has(code))
      return new DomainError('CONNECTION_NOT_ACTIVE', detail, { reason: code });
    const context = { reason: code, retryAfterMs: retryAfterMs ?? RETRY_MS, outcome: 'NOT_EXECUTED' };
    return new DomainError('VENUE_UNAVAILABLE', detail, context);
  }

  private async ofLive({ request, once }: PlaceOrderPayload): Promise<DomainError | null> {
    if (once.key === null && request.clientOrderId === null) {
      const detail = 'An order on a live account needs an Idempotency-Key or a clientOrderId.';
      return new DomainError('ORDER_KEY_REQUIRED', detail, { pointer: '/clientOrderId' });
    }
    const closed = await this.closedFor();
    if (closed !== null) return closed;
    return this.seen(request);
  }

  /** Null for a market that there is not: the order will be refused for it. */
  private symbolOf(text: string): string | null {
    try {
      return this.tools.markets.resolveSymbol(text, this.account.row.venue);
    } catch {
      return null;
    }
  }
}
