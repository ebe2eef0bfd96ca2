import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { IncomePage, MarginChange, VenueMargin, VenuePosition } from '../../domain/venue-position.js';
import { unreadable } from './exact-json.js';
import { IncomeReader } from './income-reader.js';
import type { Withholding } from './placement.js';
import type { SessionParts } from './session-parts.js';
import type { CcxtInstrument, PerpetualCalls } from './venue-profile.js';

/** What one account holds in perpetuals behind ccxt, beside its orders. */
export class ContractAccount {
  private readonly reader: IncomeReader;

  constructor(
    private readonly parts: SessionParts,
    private readonly calls: PerpetualCalls,
    private readonly isOpen: () => Withholding | null,
  ) {
    const { client } = parts;
    this.reader = new IncomeReader({
      paging: calls.incomePage,
      venueNow: () => client.venueNow(),
      ask: (span) =>
        this.query(calls.weights.income, () => calls.income(client.exchange, span, this.marketOf)),
    });
  }

  positions(): Promise<GatewayOutcome<VenuePosition[]>> {
    const { calls, parts } = this;
    return this.query(calls.weights.positions, () => calls.positions(parts.client.exchange, this.marketOf));
  }

  margin(): Promise<GatewayOutcome<VenueMargin>> {
    const { calls, parts } = this;
    return this.query(calls.weights.margin, () => calls.margin(parts.client.exchange, this.marketOf));
  }

  startIncomeCursor(): string {
    return this.reader.cursorAt(this.parts.client.venueNow());
  }

  async incomeSince(cursor: string | null): Promise<GatewayOutcome<IncomePage>> {
    const at = this.parts.clock.now();
    try {
      const page = await this.reader.since(cursor);
      if ('outcome' in page) return page;
      return confirmed(page, { kind: 'VENUE_ANSWER', detail: { income: page.income.length }, at });
    } catch (error) {
      return unknown(unreadable(error), { kind: 'VENUE_ANSWER', detail: {}, at });
    }
  }

  async changeMargin(change: MarginChange): Promise<GatewayOutcome<null>> {
    const { calls, parts } = this;
    const { client, intent, markets, clock } = parts;
    const entry = change.kind === 'POSITION_MODE' ? null : markets().get(change.symbol);
    if (change.kind !== 'POSITION_MODE' && entry === null) {
      const reason = { code: 'UNKNOWN_SYMBOL', detail: `there is no ${change.symbol} that can be counted` };
      return refused(reason, { kind: 'NOT_SENT', detail: {}, at: clock.now() });
    }
    const answer = await client.ask<null>(
      { intent: intent('ENTRY', calls.weights.change, false), guard: this.isOpen },
      async () => {
        await calls.changeMargin(client.exchange, change, entry?.market.id ?? null);
        return null;
      },
    );
    const raw = answer.evidence.detail['rawCode'];
    const isSo = answer.outcome === 'REFUSED' && calls.alreadySo.has(String(raw));
    return isSo ? confirmed(null, answer.evidence) : answer;
  }

  private readonly marketOf = (marketId: unknown): CcxtInstrument | null => {
    const { client, markets } = this.parts;
    const found = client.exchange.markets_by_id?.[String(marketId)]?.find(
      (market) => market['swap'] === true,
    );
    return found === undefined ? null : markets().get(found.symbol);
  };

  private query<T>(weight: number, work: () => Promise<T>): Promise<GatewayOutcome<T>> {
    const { client, intent } = this.parts;
    return client.ask({ intent: intent('RECONCILE', weight), guard: this.isOpen }, work);
  }
}
