import type { GatewayOutcome, VenueMargin } from '@sextant/exchange';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import type { VenueLink } from './venue-link.js';

/** Settings may be changed at the venue by hand: they are read again after so long. */
const READ_AGAIN_MS = 600_000;
const ACTOR = 'sextant:margin';

/** Keeps what the account knows of leverage, margin mode and position mode equal to what its venue says. */
export class LearnMargin {
  private readAt: number | null = null;

  constructor(
    private readonly account: OwnedAccount,
    private readonly link: VenueLink,
    private readonly inbox: OrderInbox,
    private readonly tools: Pick<ExecutionTools, 'clock'>,
  ) {}

  /** Asks when it was never asked, long ago, or when a market is used of which nothing is stored. */
  async keep(): Promise<void> {
    const { margin } = this.account.portfolio;
    const nowMs = this.tools.clock.monotonicMs();
    const isOld = this.readAt === null || nowMs - this.readAt >= READ_AGAIN_MS;
    const isMissing = this.usedSymbols().some((symbol) => !margin.isStored(symbol));
    if (isOld || isMissing) await this.read();
  }

  /** Asks now; `also` is a market that is to be stored whether it is used or not. */
  async read(actor = ACTOR, also: string | null = null): Promise<GatewayOutcome<VenueMargin> | null> {
    if (!this.link.holdsContracts) return null;
    const answer = await this.link.call((session) => session.margin!());
    if (answer.outcome !== 'CONFIRMED') return answer;
    this.readAt = this.tools.clock.monotonicMs();
    const { portfolio, row } = this.account;
    await this.inbox.pushAndWait({
      kind: 'PLAN',
      plan: (now) => {
        const used = new Set([...this.usedSymbols(), ...(also === null ? [] : [also])]);
        const isUsed = (symbol: string) => used.has(symbol);
        const told = answer.value;
        return portfolio.margin.apply(row.account_id, told, isUsed, now, actor) ?? NOTHING;
      },
    });
    return answer;
  }

  private usedSymbols(): string[] {
    const { orders, portfolio } = this.account;
    const held = portfolio.positions().filter(({ signedUnits }) => signedUnits !== 0n);
    const symbols = [...orders.all().map(({ order }) => order.snapshot), ...held].map(({ symbol }) => symbol);
    return [...new Set(symbols)].filter((symbol) => symbol.includes(':'));
  }
}

const NOTHING = { rows: [], events: [], ledger: [] };
