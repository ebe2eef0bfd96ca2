import type { AccountId, ApprovalCheck } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import type { MarketView } from '@sextant/venue';
import {
  InMemoryVenueJournal,
  JournalLost,
  paperInstruments,
  SessionReplaced,
  SimulatedVenue,
  venueRefusals,
} from '@sextant/venue';
import { describeExchangeSession } from './exchange-session.contract.js';
import type { VenueUnderTest } from './exchange-session.contract.js';
import { SimulatedGateway } from './simulated-gateway.js';
import { failureOutcome, refusalOutcome, simulatedOutcomes } from './simulated-outcomes.js';

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

async function makeVenue(check: ApprovalCheck): Promise<VenueUnderTest> {
  const clock = new ManualClock();
  const venue = new SimulatedVenue(new InMemoryVenueJournal(), clock, paperInstruments);
  venue.connectMarket('BTC/USDT', market);
  const gateway = new SimulatedGateway(venue, check, clock);
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

describeExchangeSession('the paper venue', makeVenue);

it('has one outcome for every refusal of the venue, each with the code and words of the venue as evidence', () => {
  expect(Object.keys(simulatedOutcomes).sort()).toEqual(Object.keys(venueRefusals).sort());
  expect(new Set(Object.values(simulatedOutcomes)).size).toBe(Object.keys(venueRefusals).length);
  expect(refusalOutcome('DUPLICATE_ORDER', 5)).toEqual({
    outcome: 'REFUSED',
    reason: { code: 'DUPLICATE_CLIENT_ORDER_ID', detail: 'Duplicate order sent.' },
    evidence: { kind: 'VENUE_ANSWER', detail: { code: -2010, message: 'Duplicate order sent.' }, at: 5 },
  });
});

it('tells unknown from not sent by what is known of the write, and lets a bug through', () => {
  const cause = new Error('connection lost');
  expect(failureOutcome(new JournalLost('UNKNOWN', cause), 5).outcome).toBe('UNKNOWN');
  expect(failureOutcome(new JournalLost('NO', cause), 5)).toMatchObject({
    outcome: 'REFUSED',
    evidence: { kind: 'NOT_SENT' },
  });
  expect(failureOutcome(new SessionReplaced(accountId), 5)).toMatchObject({ evidence: { kind: 'FENCE' } });
  expect(() => failureOutcome(new TypeError('bug'), 5)).toThrow('bug');
});
