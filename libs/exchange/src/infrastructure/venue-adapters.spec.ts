import { createApprovalAuthority } from '@sextant/kernel';
import { Logger, ManualClock, ManualTimers } from '@sextant/platform';
import type { ChannelProfile } from '../domain/channel/channel-profile.js';
import type { VenueChannel } from '../domain/channel/venue-channel.js';
import { VenueChannels } from '../domain/channel/venue-channels.js';
import { VenueCredentials } from '../domain/venue-credentials.js';
import { ExchangeGateways } from '../domain/exchange-gateways.js';
import { RemoteVenues } from './remote-venues.js';
import { shippedAdapters, unverifiedAdapter } from './venue-adapters.js';

/** Notes what is opened, and opens nothing. */
class NotedChannels extends VenueChannels {
  readonly profiles: ChannelProfile[] = [];

  open(profile: ChannelProfile): VenueChannel {
    this.profiles.push(profile);
    return { venue: profile.venue, state: () => ({ venue: profile.venue }) } as unknown as VenueChannel;
  }

  of(venue: string): VenueChannel | null {
    return this.profiles.some((profile) => profile.venue === venue)
      ? this.open({ venue } as ChannelProfile)
      : null;
  }
}

class NoCredentials extends VenueCredentials {
  of = async () => null;
}

let channels: NotedChannels;
let venues: RemoteVenues;
let gateways: ExchangeGateways;

beforeEach(() => {
  channels = new NotedChannels();
  const clock = new ManualClock(0);
  const deps = {
    channels,
    approvals: createApprovalAuthority().check,
    credentials: new NoCredentials(),
    clock,
    timers: new ManualTimers(clock),
    log: Logger.silent(),
  };
  venues = new RemoteVenues(
    shippedAdapters(deps),
    channels,
    (_account, _venue, open) => open(null),
    clock,
    (venue) => unverifiedAdapter(venue, deps),
  );
  gateways = new ExchangeGateways([], venues.gateways(), (venue) => venues.onDemand(venue));
});

it('lists the venues that Sextant comes with, and what their keys are, without a connection', () => {
  const listed = gateways
    .listed()
    .map(({ venue, about }) => [venue, about?.adapter, about?.verified, about?.passphrase]);
  expect(listed).toEqual(
    expect.arrayContaining([
      ['BINANCE', 'CCXT', true, 'NONE'],
      ['BYBIT', 'CCXT', true, 'NONE'],
      ['COINBASE', 'CCXT', true, 'NONE'],
      ['KRAKEN', 'CCXT', true, 'NONE'],
      ['NOBITEX', 'NATIVE', true, 'NONE'],
      ['OKX', 'CCXT', true, 'REQUIRED'],
      ['ROBINHOOD', 'NATIVE', true, 'NONE'],
    ]),
  );
  expect(listed.every(([, , verified]) => verified === true)).toBe(true);
  expect(channels.profiles).toEqual([]);
});

it('takes any other exchange of ccxt when it is named, without a promise', () => {
  expect(gateways.of('kucoin')).toMatchObject({
    ...{ venue: 'KUCOIN', about: { adapter: 'CCXT', verified: false, passphrase: 'OPTIONAL' } },
  });
  for (const none of ['CCXT', 'BASE', 'PRO', 'NOWHERE', '..', 'ABSTRACT/BINANCE', '1BTC;']) {
    expect(() => gateways.of(none)).toThrow(expect.objectContaining({ code: 'UNKNOWN_VENUE' }));
  }
});

it.each(['ROBINHOOD', 'NOBITEX'])('keeps what stands in for %s apart from the real one', async (venue) => {
  const own = gateways.of(venue);
  await own.open('acc_1' as never).catch(() => undefined);
  await own.at!('http://127.0.0.1:9100')
    .open('acc_1' as never)
    .catch(() => undefined);
  const [real, practice] = channels.profiles;
  expect([real?.venue, practice?.venue]).toEqual([venue, `${venue}@127.0.0.1:9100`]);
  expect(
    Object.values(real!.endpoints)
      .flat()
      .every((root) => root.startsWith('https://')),
  ).toBe(true);
  expect(venues.of(venue, null)).toEqual({ venue });
  expect(venues.of(venue, 'http://127.0.0.1:9100')).toEqual({ venue: `${venue}@127.0.0.1:9100` });
  expect(venues.of('BINANCE', null)).toBeNull();
});
