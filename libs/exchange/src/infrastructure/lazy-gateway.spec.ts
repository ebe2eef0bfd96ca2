import type { AccountId, Instrument } from '@sextant/kernel';
import { ManualClock } from '@sextant/platform';
import { VenueChannels } from '../domain/channel/venue-channels.js';
import { ExchangeGateway } from '../domain/exchange-gateway.js';
import { ExchangeGateways } from '../domain/exchange-gateways.js';
import type { ExchangeSession } from '../domain/exchange-session.js';
import { confirmed } from '../domain/gateway-outcome.js';
import type { VenueDataEvent } from '../domain/venue-market-data.js';
import { VenueMarketData } from '../domain/venue-market-data.js';
import { LazyGateway } from './lazy-gateway.js';
import type { SessionCover, VenueAdapter } from './lazy-gateway.js';
import { RemoteVenues } from './remote-venues.js';
import { simulatedTraits } from './simulated-traits.js';

const clock = new ManualClock(0);
const evidence = { kind: 'VENUE_ANSWER', detail: {}, at: 0 } as const;

class NoChannels extends VenueChannels {
  of = () => null;

  open(): never {
    throw new Error('nothing is opened here');
  }
}

class QuietData extends VenueMarketData {
  subscribed = 0;
  candles = async () => confirmed([], evidence);
  orderBook = async () => confirmed({ symbol: 'X', sequence: 1, bids: [], asks: [], asOf: 0 }, evidence);
  trades = async () => confirmed([], evidence);
  tickers = async () => confirmed([], evidence);

  subscribe(_channel: object, listener: (event: VenueDataEvent) => void): () => void {
    this.subscribed += 1;
    listener({ kind: 'STREAM', state: 'UP', detail: '' });
    return () => {
      this.subscribed -= 1;
    };
  }
}

class Loaded extends ExchangeGateway {
  readonly venue = 'KRAKEN';
  readonly traits = simulatedTraits;
  override readonly marketData = new QuietData();
  instruments = async (): Promise<Instrument[]> => [];
  serverTime = async () => 7;
  open = async () => ({ venue: 'KRAKEN' }) as unknown as ExchangeSession;
}

const cover: SessionCover = async (_account, _venue, open) => open(null);

function adapter(venue = 'KRAKEN', failures: Error[] = []) {
  const loaded: Loaded[] = [];
  const addresses: (string | null)[] = [];
  const of: VenueAdapter = {
    venue,
    traits: simulatedTraits,
    about: { adapter: 'CCXT', verified: true, passphrase: 'NONE', tellsPermissions: false },
    load: async (endpoint) => {
      addresses.push(endpoint);
      const failure = failures.pop();
      if (failure !== undefined) throw failure;
      loaded.push(new Loaded());
      return loaded.at(-1)!;
    },
  };
  return { of, loaded, addresses };
}

it('loads its adapter when something is asked of it, once', async () => {
  const { of, loaded } = adapter();
  const gateway = new LazyGateway(of, cover, clock);
  expect([gateway.venue, gateway.traits, gateway.about.adapter]).toEqual(['KRAKEN', simulatedTraits, 'CCXT']);
  expect(loaded).toHaveLength(0);
  await Promise.all([gateway.serverTime(), gateway.instruments(), gateway.open('acc_1' as AccountId)]);
  expect(loaded).toHaveLength(1);
});

it('is there once for each address, and opens an account where its connection says', async () => {
  const { of, addresses } = adapter();
  const endpoint = 'http://127.0.0.1:9100';
  const rehearsing: SessionCover = async (accountId, _venue, open) =>
    open(accountId === 'acc_1' ? endpoint : null);
  const gateway = new LazyGateway(of, rehearsing, clock);
  await gateway.open('acc_1' as AccountId);
  await gateway.open('acc_2' as AccountId);
  await gateway.at(endpoint).serverTime();
  expect(addresses).toEqual([endpoint, null]);
  expect(gateway.at(endpoint).venue).toBe('KRAKEN');
});

it('is tried again when it could not be loaded', async () => {
  const gateway = new LazyGateway(adapter('KRAKEN', [new Error('no such file')]).of, cover, clock);
  await expect(gateway.serverTime()).rejects.toThrow('no such file');
  expect(await gateway.serverTime()).toBe(7);
});

it('does not pretend that its venue tells permissions', async () => {
  const key = { credentialId: 'crd_1', apiKey: 'key', secret: 'secret', passphrase: null };
  expect(await new LazyGateway(adapter().of, cover, clock).permissions(key)).toMatchObject({
    ...{ outcome: 'REFUSED', reason: { code: 'UNSUPPORTED' } },
  });
});

it('ends a subscription that was ended before its adapter was there', async () => {
  const { of, loaded } = adapter();
  const gateway = new LazyGateway(of, cover, clock);
  const heard: string[] = [];
  const subscribe = () =>
    gateway.marketData.subscribe({ channel: 'TRADES', symbol: 'X' }, (event) => heard.push(event.kind));
  subscribe()();
  const end = subscribe();
  expect(await gateway.marketData.trades('X', 1)).toMatchObject({ outcome: 'CONFIRMED' });
  expect([loaded[0]!.marketData.subscribed, heard]).toEqual([1, ['STREAM']]);
  end();
  expect(loaded[0]!.marketData.subscribed).toBe(0);
});

it('says that a stream is down whose adapter cannot be loaded', async () => {
  const gateway = new LazyGateway(adapter('KRAKEN', [new Error('no such file')]).of, cover, clock);
  const event = await new Promise<VenueDataEvent>((resolve) => {
    gateway.marketData.subscribe({ channel: 'TRADES', symbol: 'X' }, resolve);
  });
  expect(event).toEqual({ kind: 'STREAM', state: 'DOWN', detail: 'no such file' });
});

describe('the venues of an installation', () => {
  it('are those present, those over a network, and those that are found when they are named', () => {
    const present = new Loaded();
    const remote = new LazyGateway(adapter('OKX').of, cover, clock);
    const found: string[] = [];
    const gateways = new ExchangeGateways([present], [remote], (name) => {
      found.push(name);
      if (name === 'OK_X') return new LazyGateway(adapter('OKX').of, cover, clock);
      return name === 'KUCOIN' ? new LazyGateway(adapter('KUCOIN').of, cover, clock) : null;
    });
    expect(gateways.all()).toEqual([present]);
    expect(gateways.of('okx')).toBe(remote);
    expect(gateways.of('ok_x')).toBe(remote);
    expect(gateways.of('KuCoin')).toBe(gateways.of('KUCOIN'));
    expect(gateways.listed().map(({ venue }) => venue)).toEqual(['KRAKEN', 'OKX', 'KUCOIN']);
    for (const none of ['NOWHERE', '../ccxt', '', 'a b']) {
      expect(() => gateways.of(none)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VENUE' }));
    }
    expect(found).toEqual(['OK_X', 'KUCOIN', 'NOWHERE']);
    expect(() => gateways.of('')).toThrow('there are: KRAKEN, OKX.');
  });

  it('of one name are one: the first that is listed', () => {
    const [own, shipped] = [adapter('OKX'), adapter('OKX')];
    const [only, ...more] = new RemoteVenues([own.of, shipped.of], new NoChannels(), cover, clock).gateways();
    expect([only?.venue, more]).toEqual(['OKX', []]);
    expect(() => new ExchangeGateways([new Loaded()], [new Loaded()])).toThrow('two gateways');
  });
});
