import { createHmac, createSecretKey, randomUUID } from 'node:crypto';
import { BinanceOrderText, HmacKey } from '@sextant/exchange';
import { Instrument } from '@sextant/kernel';
import { Precise } from 'ccxt';
import { median } from './support/load.js';

type Report = (name: string, value: number, unit: string, note?: string) => void;

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 15);
const ORDERS = 40_000;
const NOW = 1_700_000_000_000;
/** The key of the signed example in Binance's documentation; it was never live. */
const SECRET = 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j';

const instrument = Instrument.load({
  venue: 'BINANCE',
  symbol: 'BTC/USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minPrice: '0.01',
  maxPrice: '1000000',
  minQuantity: '0.00001',
  maxQuantity: '9000',
  minNotional: '5',
  makerFeeRate: '0.001',
  takerFeeRate: '0.001',
});

/** A decision to place a limit order, as execution hands it to a gateway. */
interface Decision {
  clientOrderId: string;
  side: 'BUY' | 'SELL';
  lots: number;
  priceTicks: number;
}

const decisions = Array.from({ length: ORDERS }, (_, n): Decision => ({
  clientOrderId: `ord_${(n + 1).toString(16).padStart(32, '0')}`,
  side: n % 2 === 0 ? 'BUY' : 'SELL',
  lots: 1 + ((n * 7_919) % 900_000),
  priceTicks: 5_000_000 + ((n * 104_729) % 2_000_000),
}));

const text = new BinanceOrderText('BTCUSDT', instrument, HmacKey.sha256(SECRET), 5_000);

function signed({ clientOrderId, side, lots, priceTicks }: Decision, n: number): string {
  const fixed = { type: 'LIMIT', timeInForce: 'GTC', postOnly: false, quoteUnits: null } as const;
  return text.signed({ ...fixed, clientOrderId, side, lots, priceTicks }, NOW + n);
}

const keyObject = createSecretKey(Buffer.from(SECRET));
let unsigned: string[] = [];

/** The limit of node:crypto: the same text, made before, and nothing but its signature. */
function bareHmac(_: Decision, n: number): string {
  return createHmac('sha256', keyObject)
    .update(unsigned[n] as string)
    .digest('hex');
}

const step = new Precise('0.00001');
const tick = new Precise('0.01');

/** How it is usually written: decimals, an object of parameters, a UUID, URLSearchParams, the secret as text. */
function usual({ side, lots, priceTicks }: Decision, n: number): string {
  const quantity = new Precise(String(lots)).mul(step);
  const price = new Precise(String(priceTicks)).mul(tick);
  const parameters = {
    symbol: 'BTCUSDT',
    side,
    type: 'LIMIT',
    timeInForce: 'GTC',
    quantity: quantity.toString(),
    price: price.toString(),
    newClientOrderId: randomUUID(),
    recvWindow: String(5_000),
    timestamp: String(NOW + n),
  };
  const query = new URLSearchParams(parameters).toString();
  const signature = createHmac('sha256', SECRET).update(query).digest('hex');
  return new URLSearchParams({ ...parameters, signature }).toString();
}

/** Microseconds of CPU for one call, over all decisions. */
function cost(make: (decision: Decision, n: number) => string): number {
  const before = process.cpuUsage();
  let length = 0;
  for (let n = 0; n < ORDERS; n += 1) length += make(decisions[n] as Decision, n).length;
  const { user, system } = process.cpuUsage(before);
  if (length < 64 * ORDERS) throw new Error('a signature is missing');
  return (user + system) / ORDERS;
}

/** From a decision in ticks and lots to the signed request, against the bare signature and the usual way in turn. */
export async function run(report: Report): Promise<void> {
  unsigned = decisions.map((decision, n) => signed(decision, n).replace(/&signature=.*/, ''));
  decisions.forEach((decision, n) => {
    if (!signed(decision, n).endsWith(`&signature=${bareHmac(decision, n)}`))
      throw new Error('two ways of signing one text differ');
  });
  const ways = { ours: signed, bare: bareHmac, usual };
  const micros = { ours: [] as number[], bare: [] as number[], usual: [] as number[] };
  for (let round = -2; round < ROUNDS; round += 1) {
    for (const name of ['ours', 'bare', 'usual'] as const) {
      const measured = cost(ways[name]);
      if (round >= 0) micros[name].push(measured);
    }
  }
  const [ours, bare, theirs] = [median(micros.ours), median(micros.bare), median(micros.usual)];
  report('decision → signed request', ours, 'µs of CPU');
  report('bare createHmac of the same string', bare, 'µs of CPU');
  report('objects, decimals, UUID, URLSearchParams', theirs, 'µs of CPU');
  report('× bare createHmac', ours / bare, 'of its time', 'goal at most 1.3');
  report('× the usual way', theirs / ours, 'times as fast', 'goal at least 3');
}

if (import.meta.main) {
  await run((name, value, unit, note) =>
    console.log(`${name}: ${value.toLocaleString('en')} ${unit}${note ? ` (${note})` : ''}`),
  );
}
