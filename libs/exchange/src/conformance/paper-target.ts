import type { AccountId, ApprovalCheck } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import { InMemoryVenueJournal, paperInstruments, SimulatedVenue } from '@sextant/venue';
import type { MarketView } from '@sextant/venue';
import { SimulatedGateway } from '../infrastructure/simulated-gateway.js';
import type { ConformanceTarget, VenueUnderTest } from './venue-under-test.js';

const BID = 6_000_000;
const ASK = 6_000_001;
const LOTS = 1_000;
const ONE = 10n ** 18n;
const accountId = `acc_${'1'.repeat(32)}` as AccountId;

const market: MarketView = {
  isOpen: () => true,
  bestTicks: (side) => (side === 'BUY' ? BID : ASK),
  lotsAt: (side, ticks) => (ticks === (side === 'BUY' ? BID : ASK) ? LOTS : 0),
  nextTicks: () => 0,
};

/** The simulated venue over a market that stands still. Also an example of a target. */
export const paperTarget: ConformanceTarget = { name: 'the paper venue', open: openPaper };

async function openPaper(approvals: ApprovalCheck): Promise<VenueUnderTest> {
  const clock = new ManualClock();
  const venue = new SimulatedVenue(new InMemoryVenueJournal(), clock, paperInstruments);
  venue.connectMarket('BTC/USDT', market);
  const gateway = new SimulatedGateway(venue, approvals, clock);
  await gateway.deposit(accountId, 'USDT', 100_000n * ONE, 'usdt');
  await gateway.deposit(accountId, 'BTC', ONE, 'btc');
  return {
    gateway,
    accountId,
    instrument: paperInstruments[0]!,
    bestBidTicks: BID,
    bestAskTicks: ASK,
    lots: LOTS,
    tradeThrough: async (side, ticks, lots) => {
      const [aggressor, through] = side === 'BUY' ? (['SELL', -1] as const) : (['BUY', 1] as const);
      venue.onTrade({ symbol: 'BTC/USDT', aggressor, priceTicks: ticks + through, lots });
    },
    close: async () => undefined,
  };
}
