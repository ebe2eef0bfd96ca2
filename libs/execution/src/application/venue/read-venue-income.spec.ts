import { confirmed } from '@sextant/exchange';
import type { ExchangeSession, VenueIncome } from '@sextant/exchange';
import { ONE } from '@sextant/kernel';
import type { AccountId, LedgerTransactionId } from '@sextant/kernel';
import type { CommitPlan } from '@sextant/platform';
import { PortfolioState } from '@sextant/portfolio';
import type { OrderInbox } from '../account/order-inbox.js';
import type { ExecutionTools, OwnedAccount } from '../account/owned-account.js';
import { ReadVenueIncome } from './read-venue-income.js';
import type { VenueLink } from './venue-link.js';

const NOW = 1_700_000_000_000;
const SYMBOL = 'BTC/USDT:USDT';
const EVIDENCE = { kind: 'VENUE_ANSWER' as const, detail: {}, at: NOW };

function income(one: Partial<VenueIncome>): VenueIncome {
  const kind = one.kind ?? 'TRANSFER';
  const usual = { incomeId: '1', label: kind, symbol: null, asset: 'USDT', units: ONE, at: NOW };
  return { ...usual, ...one, kind };
}

/** A wallet of 100 USDT at a venue that tells these pages, then none. */
function world(...pages: VenueIncome[][]) {
  const portfolio = PortfolioState.empty('acc_1' as AccountId, 'BINANCE_FUTURES');
  const opening = { kind: 'OPENING', asset: 'USDT', units: 100n * ONE } as const;
  const transactionId = 'ltx_0' as LedgerTransactionId;
  portfolio.applyCash({ fact: opening, transactionId, reference: 'opening', occurredAt: NOW, memo: {} });
  const stored: CommitPlan[] = [];
  const session: Pick<ExchangeSession, 'incomeSince'> = {
    incomeSince: async (cursor) => {
      const page = Number(cursor);
      const told = { income: pages[page] ?? [], cursor: String(Math.min(page + 1, pages.length)) };
      return confirmed(told, EVIDENCE);
    },
  };
  const link: Pick<VenueLink, 'call' | 'holdsContracts' | 'startIncomeCursor'> = {
    holdsContracts: true,
    startIncomeCursor: () => '0',
    call: (ask) => ask(session as ExchangeSession),
  };
  const inbox: Pick<OrderInbox, 'pushAndWait'> = {
    pushAndWait: async (arrival) => {
      if (arrival.kind === 'PLAN') stored.push(arrival.plan(NOW));
    },
  };
  let id = 0;
  const warnings: string[] = [];
  const tools = {
    archive: { cursor: async () => null },
    ids: { next: (prefix: string) => `${prefix}_${(id += 1)}` },
    log: { warn: (line: string) => warnings.push(line) },
  };
  const account = { portfolio, row: { account_id: portfolio.accountId, venue: portfolio.venue } };
  const reader = new ReadVenueIncome(
    account as unknown as OwnedAccount,
    link as VenueLink,
    inbox as OrderInbox,
    tools as unknown as ExecutionTools,
  );
  const booked = () => stored.flatMap(({ ledger }) => ledger.map(({ kind, reference }) => [kind, reference]));
  return { reader, portfolio, booked, warnings };
}

describe('the income that a venue tells', () => {
  it('is booked once, with a cursor behind it', async () => {
    const funding = income({ kind: 'FUNDING', symbol: SYMBOL, units: -ONE, incomeId: '7' });
    const { reader, portfolio, booked } = world([funding]);
    expect(await reader.read()).toBe(true);
    expect(await reader.read()).toBe(true);
    expect(booked()).toEqual([['FUNDING', 'income:BINANCE_FUTURES:FUNDING:7']]);
    expect(portfolio.totalUnits('USDT')).toBe(99n * ONE);
    expect(portfolio.position(SYMBOL).fundingUnits).toBe(-ONE);
  });

  it('takes a withdrawal that is larger than what is booked, and goes on behind it', async () => {
    const rebate = income({ kind: 'OTHER', label: 'REFERRAL_KICKBACK', units: 5n * ONE });
    const withdrawal = income({ units: -105n * ONE, incomeId: '2' });
    const { reader, portfolio, booked, warnings } = world([rebate, withdrawal], [income({ incomeId: '3' })]);
    expect(await reader.read()).toBe(true);
    expect(booked()).toEqual([
      ['WITHDRAWAL', 'income:BINANCE_FUTURES:TRANSFER:2'],
      ['DEPOSIT', 'income:BINANCE_FUTURES:TRANSFER:3'],
    ]);
    expect(portfolio.totalUnits('USDT')).toBe(-4n * ONE);
    expect(warnings).toHaveLength(1);
  });
});
