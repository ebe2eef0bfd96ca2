/** One market as ccxt tells it, with `number = String`. What is read of it is checked where it is read. */
export type CcxtMarket = Readonly<Record<string, unknown>> & { readonly id: string; readonly symbol: string };

/** One open socket of ccxt's runtime. */
export interface CcxtSocket {
  readonly url: string;
  /** The `ws` socket; absent until it is dialled. */
  connection?: CcxtConnection;
  readonly connected: Promise<unknown>;
  future(messageHash: string): Promise<unknown>;
  reset(error: Error): void;
}

export interface CcxtConnection {
  readonly readyState: number;
  on(event: 'message' | 'ping' | 'pong', listener: () => void): unknown;
  ping(): void;
  terminate(): void;
}

export interface CcxtSignedRequest {
  url: string;
  method: string;
  headers: Record<string, unknown> | undefined;
  body: unknown;
}

export interface CcxtBookSide {
  storeArray(level: readonly unknown[]): void;
}

export interface CcxtBook {
  bids: CcxtBookSide;
  asks: CcxtBookSide;
  reset(snapshot: unknown): unknown;
}

type BookFactory = (...args: readonly unknown[]) => CcxtBook;

type Call = (...args: readonly unknown[]) => Promise<unknown>;

/**
 * What the adapter uses of a ccxt exchange. ccxt's own types say `any` where it matters; here an answer is `unknown`
 * until it is read. Unified and raw endpoint methods are reached by `invoke`.
 */
export interface CcxtExchange {
  readonly id: string;
  readonly has: Record<string, unknown>;
  readonly urls: { api: Record<string, unknown> };
  readonly options: Record<string, unknown>;
  /** Absent until the first subscription. */
  readonly clients: Record<string, CcxtSocket>;
  readonly markets: Readonly<Record<string, CcxtMarket>> | undefined;
  readonly markets_by_id: Readonly<Record<string, readonly CcxtMarket[]>> | undefined;
  number: unknown;
  verbose: boolean;
  enableRateLimit: boolean;
  apiKey: string | undefined;
  secret: string | undefined;
  password: string | undefined;
  milliseconds(): number;
  seconds(): number;
  nonce(): number;
  log(...args: unknown[]): void;
  fetch: Call;
  fetch2: Call;
  orderBook: BookFactory;
  indexedOrderBook: BookFactory;
  countedOrderBook: BookFactory;
  client(url: string): CcxtSocket;
  spawn(method: unknown, ...args: unknown[]): unknown;
  delay(delayMs: number, method: unknown, ...args: unknown[]): void;
  sign(
    path: unknown,
    api: unknown,
    method: unknown,
    params: unknown,
    headers: unknown,
    body: unknown,
  ): CcxtSignedRequest;
  market(symbol: string): CcxtMarket;
  setMarkets(markets: unknown, currencies?: unknown): unknown;
  setMarketsFromExchange(source: CcxtExchange): unknown;
  implodeHostname(url: string): string;
  loadHttpProxyAgent(): Promise<unknown>;
  handleErrors(...args: readonly unknown[]): unknown;
  parseTrade(trade: unknown, market?: CcxtMarket): unknown;
  parseOrder(order: unknown, market?: CcxtMarket): unknown;
}

type CcxtClass = new (config: Record<string, unknown>) => CcxtExchange;

const ID = /^[a-z][a-z0-9]{1,30}$/;
const loaded = new Map<string, Promise<CcxtClass>>();

/**
 * Imports the one file of that exchange: the whole library takes half a second and 80 MB. ccxt exports no sub-path, so
 * the file is named by its place beside the entry that is exported.
 * @throws Error when ccxt has no such exchange
 */
export function loadCcxtClass(ccxtId: string): Promise<CcxtClass> {
  if (!ID.test(ccxtId)) return Promise.reject(new Error(`${JSON.stringify(ccxtId)} is no ccxt exchange`));
  let found = loaded.get(ccxtId);
  if (found === undefined) {
    found = importClass(ccxtId);
    found.catch(() => loaded.delete(ccxtId));
    loaded.set(ccxtId, found);
  }
  return found;
}

async function importClass(ccxtId: string): Promise<CcxtClass> {
  const entry = new URL('.', import.meta.resolve('ccxt'));
  for (const file of [`src/pro/${ccxtId}.js`, `src/${ccxtId}.js`]) {
    try {
      const module = (await import(new URL(file, entry).href)) as { default: CcxtClass };
      return module.default;
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  throw new Error(`ccxt has no exchange ${ccxtId}`);
}

function isMissing(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** Calls a method of ccxt by name. @throws Error when this exchange has none of that name */
export function invoke(
  exchange: CcxtExchange,
  method: string,
  ...args: readonly unknown[]
): Promise<unknown> {
  const call = (exchange as unknown as Record<string, unknown>)[method];
  if (typeof call !== 'function') throw new Error(`ccxt ${exchange.id} has no ${method}`);
  return Promise.resolve(call.apply(exchange, args) as unknown);
}

export function can(exchange: CcxtExchange, method: string): boolean {
  return exchange.has[method] === true;
}
