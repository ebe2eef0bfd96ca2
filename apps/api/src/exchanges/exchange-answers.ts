import type {
  ExchangeCapabilities,
  ExchangeSummary,
  NativeAmendment,
  VenueCountdown,
  VenueTraits,
} from '@sextant/exchange';
import { Field } from '../http/index.js';

export class ExchangeResponse {
  @Field.text({ description: 'Name of the venue.', example: 'PAPER' })
  name!: string;

  @Field.flag({ description: 'True when accounts there hold play money.', example: true })
  simulated!: boolean;

  @Field.choice(['SIMULATED', 'NATIVE', 'CCXT'], {
    description: 'What reaches it: the simulated exchange, our own protocol code, or ccxt.',
    example: 'SIMULATED',
  })
  adapter!: string;

  @Field.flag({
    description: "The conformance suite has passed against the venue's protocol.",
    example: true,
  })
  verified!: boolean;

  @Field.texts({
    description: 'The markets of the venue; empty for one over a network, which is not asked for them here.',
    example: ['BTC/USDT'],
  })
  symbols!: string[];

  static of(summary: ExchangeSummary): ExchangeResponse {
    return { ...summary };
  }
}

export class RateCosts {
  @Field.integer({ description: 'Weight of placing an order.', example: 0 })
  place!: number;

  @Field.integer({ description: 'Weight of a cancel.', example: 0 })
  cancel!: number;

  @Field.integer({ description: 'Weight of a query of one order.', example: 0 })
  query!: number;
}

export class Amends {
  @Field.choice(['UP_AND_DOWN', 'DOWN'], {
    description: 'Which other quantities: any above what is filled, or only smaller ones.',
    example: 'DOWN',
  })
  quantity!: NativeAmendment['quantity'];

  @Field.flag({ description: 'Another price, too.', example: false })
  price!: boolean;

  @Field.flag({ description: 'The order is sure to keep its place in the queue.', example: true })
  keepsQueue!: boolean;
}

export class Countdown {
  @Field.integer({ description: 'The shortest time, seconds.', example: 1 })
  minSeconds!: number;

  @Field.integer({ description: 'The longest time, seconds.', example: 3600 })
  maxSeconds!: number;

  @Field.choice(['ACCOUNT', 'MARKET'], {
    description: 'Whether it counts for the account or for each market that is traded.',
    example: 'ACCOUNT',
  })
  scope!: VenueCountdown['scope'];
}

const ORDER_TYPES = [
  'MARKET',
  'LIMIT',
  'STOP_MARKET',
  'STOP_LIMIT',
  'TAKE_PROFIT_MARKET',
  'TAKE_PROFIT_LIMIT',
  'TRAILING_STOP_MARKET',
] as const;

export class CapabilitiesResponse {
  @Field.text({ description: 'Name of the venue.', example: 'PAPER' })
  name!: string;

  @Field.choice(['SIMULATED', 'NATIVE', 'CCXT'], {
    description: 'What reaches it: the simulated exchange, our own protocol code, or ccxt.',
    example: 'SIMULATED',
  })
  adapter!: string;

  @Field.flag({
    description: "The conformance suite has passed against the venue's protocol.",
    example: true,
  })
  verified!: boolean;

  @Field.choice(['REQUIRED', 'OPTIONAL', 'NONE'], {
    description: 'Whether its keys have a passphrase.',
    example: 'NONE',
  })
  passphrase!: string;

  @Field.flag({ description: 'The venue tells what a key may do.', example: false })
  tellsPermissions!: boolean;

  @Field.choice(['UNIQUE_FOR_EVER', 'UNIQUE_WHILE_OPEN', 'NOT_UNIQUE'], {
    description:
      'What the venue guarantees of client order ids. UNIQUE_WHILE_OPEN: a re-used id executes again.',
    example: 'UNIQUE_FOR_EVER',
  })
  clientOrderIds!: VenueTraits['clientOrderIds'];

  @Field.text({
    description: 'Regular expression of a client order id.',
    example: '^[a-zA-Z0-9-_.:/]{1,64}$',
  })
  clientOrderIdPattern!: string;

  @Field.integer({
    description: 'Milliseconds for which a signed request is valid; null where requests do not expire.',
    nullable: true,
    example: null,
  })
  validityWindowMs!: number | null;

  @Field.integer({ description: 'Milliseconds for which a query may miss an accepted order.', example: 0 })
  visibilityLagMs!: number;

  @Field.choice(['AFTER_WINDOW', 'AFTER_REOPEN', 'NEVER'], {
    description: 'When "not found" proves that an order was not accepted.',
    example: 'AFTER_REOPEN',
  })
  absenceProof!: VenueTraits['absenceProof'];

  @Field.choice(['UNIQUE_PER_ACCOUNT', 'UNIQUE_PER_SYMBOL', 'REUSED'], {
    description: 'What identifies a fill.',
    example: 'UNIQUE_PER_ACCOUNT',
  })
  tradeIds!: VenueTraits['tradeIds'];

  @Field.choice(['ALL_ORDERS', 'OPEN_ORDERS', 'NONE'], {
    description: 'Which orders are found by client order id.',
    example: 'ALL_ORDERS',
  })
  lookupByClientId!: VenueTraits['lookupByClientId'];

  @Field.choices(ORDER_TYPES, {
    description: 'Types of orders that the venue takes; triggers of all others are watched here.',
    example: ['MARKET', 'LIMIT'],
  })
  orderTypes!: string[];

  @Field.choices(['LAST', 'MARK'], {
    description: "Prices that the venue's own triggers can watch.",
    example: [],
  })
  triggerBy!: string[];

  @Field.choices(['GTC', 'IOC', 'FOK', 'GTD'], {
    description: 'Times in force.',
    example: ['GTC', 'IOC', 'FOK'],
  })
  timesInForce!: string[];

  @Field.flag({
    description: 'The venue shows only a part of a resting order where asked to.',
    example: false,
  })
  iceberg!: boolean;

  @Field.flag({ description: 'The venue caps an order to the position where asked to.', example: false })
  reduceOnly!: boolean;

  @Field.flag({ description: 'Orders that only make liquidity.', example: true })
  postOnly!: boolean;

  @Field.flag({ description: 'Market orders for an amount of quote.', example: true })
  marketByQuote!: boolean;

  @Field.choice(['NATIVE', 'CANCEL_REPLACE', 'NONE'], {
    description:
      'How orders are amended: by the venue as far as `amends` says, or by a cancel and a new order.',
    example: 'NONE',
  })
  amend!: VenueTraits['amend'];

  @Field.object(() => Amends, {
    description: "What the venue's own amendment can change; null where it has none.",
    example: { quantity: 'DOWN', price: false, keepsQueue: true },
    nullable: true,
  })
  amends!: Amends | null;

  @Field.object(() => Countdown, {
    description:
      'After how long without a sign from us the venue can cancel open orders; null where it cannot.',
    example: { minSeconds: 10, maxSeconds: 120, scope: 'ACCOUNT' },
    nullable: true,
  })
  countdown!: Countdown | null;

  @Field.choice(['CANCEL_NEWEST', 'CANCEL_OLDEST', 'CANCEL_BOTH', 'NONE'], {
    description: 'What happens when an account would trade with itself.',
    example: 'CANCEL_NEWEST',
  })
  selfTradePrevention!: VenueTraits['selfTradePrevention'];

  @Field.flag({
    description: 'The venue pushes own orders and fills; otherwise they are polled.',
    example: true,
  })
  pushesOwnEvents!: boolean;

  @Field.object(() => RateCosts, { description: "Weights in the venue's rate budget." })
  rateCosts!: RateCosts;

  static of({ name, traits, about }: ExchangeCapabilities): CapabilitiesResponse {
    return {
      name,
      ...about,
      ...traits,
      orderTypes: [...traits.orderTypes],
      triggerBy: [...(traits.triggerBy ?? [])],
      timesInForce: [...traits.timesInForce],
      iceberg: traits.iceberg ?? false,
      reduceOnly: traits.reduceOnly ?? false,
      amends: traits.amends ?? null,
      countdown: traits.countdown ?? null,
    };
  }
}
