import { MarketData } from './market-data.js';
import { instrumentOf, scriptedMarkets, SYMBOL } from './scripted-supply.contract.js';
import { VenueMarkets } from './venue-markets.js';

/** The paper venue with one market, and Kraken at its own address and at another. */
async function installation() {
  const kraken = scriptedMarkets();
  const rehearsal = scriptedMarkets();
  const { clock, timers } = kraken;
  const settings = { maxAgeMs: () => 5_000, priceBand: () => 0.3, mostFollowed: () => 10 };
  const tools = { clock, timers, settings };
  const paper = new VenueMarkets('PAPER', null, tools, null, [instrumentOf({ venue: 'PAPER' })]);
  const elsewhere = new VenueMarkets('KRAKEN', 'http://127.0.0.1:1', tools, rehearsal.supply);
  const data = new MarketData(paper, (_, endpoint) => (endpoint === null ? kraken.markets : elsewhere));
  const priced = (bid: number): void => {
    const quote = { bidTicks: bid, bidLots: 1, askTicks: bid + 2, askLots: 1 };
    paper.state(SYMBOL)!.onQuote(quote, clock.now());
  };
  return { data, kraken, rehearsal, elsewhere, priced };
}

it('has the markets of each venue, and of each address of one, by themselves', async () => {
  const { data, kraken, elsewhere } = await installation();
  expect(data.of('paper')).toBe(data.of('PAPER'));
  expect(data.of('kraken')).toBe(kraken.markets);
  expect(data.of('KRAKEN', 'http://127.0.0.1:1')).toBe(elsewhere);
  expect(data.all()).toHaveLength(3);
});

it('never values what is held at one venue by the price of another', async () => {
  const { data, kraken, rehearsal, priced } = await installation();
  priced(500);
  expect(data.marksOf('PAPER').mark(SYMBOL)).toMatchObject({ priceUnits: 5_010_000_000_000_000_000n });
  expect(data.marksOf('KRAKEN').mark(SYMBOL)).toBeNull();
  await data.of('KRAKEN', 'http://127.0.0.1:1').load();
  expect(data.marksOf('KRAKEN').mark(SYMBOL)).toBeNull();
  rehearsal.supply.book(100, 102);
  expect(data.marksOf('KRAKEN').mark(SYMBOL)).toMatchObject({ priceUnits: 1_010_000_000_000_000_000n });
  await data.of('KRAKEN').load();
  data.marksOf('KRAKEN').mark(SYMBOL);
  kraken.supply.book(200, 202);
  expect(data.marksOf('KRAKEN').mark(SYMBOL)).toMatchObject({ priceUnits: 2_010_000_000_000_000_000n });
});

it('finds a symbol where it is traded', async () => {
  const { data } = await installation();
  const unknown = expect.objectContaining({ code: 'UNKNOWN_SYMBOL' });
  expect(() => data.resolveSymbol('ethusdt')).toThrow(unknown);
  expect(data.resolveSymbol('ETH/USDT', 'KRAKEN')).toBe('ETH/USDT');
  await data.of('KRAKEN').load();
  expect([data.resolveSymbol('ethusdt'), data.resolveSymbol('ethusdt', 'kraken')]).toEqual([
    'ETH/USDT',
    'ETH/USDT',
  ]);
  expect(() => data.resolveSymbol('ethusdt', 'PAPER')).toThrow(unknown);
  expect(() => data.resolveSymbol('SOL/USDT', 'KRAKEN')).toThrow(unknown);
});
