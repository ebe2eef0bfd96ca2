import { confirmed, ExchangeGateway, refused, unknown } from '@sextant/exchange';
import type {
  ExchangeSession,
  GatewayOutcome,
  KeyPermissions,
  VenueAdapter,
  VenueCredential,
  VenueTraits,
} from '@sextant/exchange';
import type { Instrument } from '@sextant/kernel';

export const SCRIPTED_VENUE = 'SCRIPTED';

const HARMLESS: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
  accountIdentity: null,
};

const traits: VenueTraits = {
  clientOrderIds: 'UNIQUE_WHILE_OPEN',
  clientOrderIdPattern: '^[a-zA-Z0-9-_]{1,36}$',
  validityWindowMs: 5000,
  visibilityLagMs: 1000,
  absenceProof: 'AFTER_WINDOW',
  tradeIds: 'UNIQUE_PER_SYMBOL',
  lookupByClientId: 'ALL_ORDERS',
  orderTypes: ['MARKET', 'LIMIT'],
  timesInForce: ['GTC', 'IOC', 'FOK'],
  postOnly: true,
  marketByQuote: true,
  amend: 'NONE',
  selfTradePrevention: 'NONE',
  pushesOwnEvents: false,
  rateCosts: { place: 1, cancel: 1, query: 4 },
};

/** A venue that says of keys what a test wants, and counts how often it was loaded and asked. */
export class ScriptedExchange {
  loaded = 0;
  readonly asked: VenueCredential[] = [];
  private readonly answers = new Map<string, GatewayOutcome<KeyPermissions>>();
  private readonly broken = new Set<string>();
  private rest = confirmed(HARMLESS, { kind: 'VENUE_ANSWER', detail: {}, at: 0 });

  /** Under its own name, and in the place of the real venue that a start takes a key for. */
  readonly adapters = [SCRIPTED_VENUE, 'BINANCE'].map((venue) => this.adapter(venue));

  /** From now on the venue says this of the key. */
  says(apiKey: string, permissions: Partial<KeyPermissions>): void {
    this.answers.set(
      apiKey,
      confirmed({ ...HARMLESS, ...permissions }, { kind: 'VENUE_ANSWER', detail: {}, at: 0 }),
    );
  }

  refuses(apiKey: string, code: string, detail: string): void {
    this.answers.set(apiKey, refused({ code, detail }, { kind: 'VENUE_ANSWER', detail: {}, at: 0 }));
  }

  isSilent(apiKey: string): void {
    const silence = { code: 'TIMEOUT', detail: 'No answer came in time.' };
    this.answers.set(apiKey, unknown(silence, { kind: 'TRANSPORT', detail: {}, at: 0 }));
  }

  /** The adapter itself fails on the key, with everything it has in its message. */
  breaksOn(apiKey: string): void {
    this.broken.add(apiKey);
  }

  private adapter(venue: string): VenueAdapter {
    return {
      venue,
      traits,
      about: { adapter: 'NATIVE', verified: true, passphrase: 'OPTIONAL', tellsPermissions: true },
      load: async () => {
        this.loaded += 1;
        return new ScriptedGateway(venue, this);
      },
    };
  }

  answer(credential: VenueCredential): GatewayOutcome<KeyPermissions> {
    this.asked.push(credential);
    if (this.broken.has(credential.apiKey)) {
      const { apiKey, secret, passphrase } = credential;
      const request = `GET https://venue.example/account?key=${apiKey}&signature=${Buffer.from(secret).toString('hex')}`;
      throw Object.assign(new Error(`${request} with ${secret} and ${passphrase} failed`), { credential });
    }
    return this.answers.get(credential.apiKey) ?? this.rest;
  }
}

class ScriptedGateway extends ExchangeGateway {
  readonly traits = traits;

  constructor(
    readonly venue: string,
    private readonly exchange: ScriptedExchange,
  ) {
    super();
  }

  async instruments(): Promise<Instrument[]> {
    return [];
  }

  async serverTime(): Promise<number> {
    return Date.now();
  }

  open(): Promise<ExchangeSession> {
    throw new Error('nothing opens live accounts yet');
  }

  override async permissions(credential: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    return this.exchange.answer(credential);
  }
}
