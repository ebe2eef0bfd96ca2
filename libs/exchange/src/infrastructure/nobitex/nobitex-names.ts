import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { assetOf, textOf } from '../ccxt/exact-values.js';

/**
 * The venue calls one unit by three names: `IRT` (which elsewhere means toman) in names of markets, `rls` in parameters,
 * `RLS` in `BTC-RLS`; every price and balance of it is in rial. Here it is IRR, the rial of ISO 4217, so that nobody takes
 * a tenth for the whole. Bases in multiples (`1M_PEPE`: a million of them) keep their multiple: `1MPEPE`.
 */
const RIAL = 'IRR';

const QUOTES = { IRT: { asset: RIAL, currency: 'rls' }, USDT: { asset: 'USDT', currency: 'usdt' } } as const;

const NAME = /^([0-9A-Z_]{1,20}?)(IRT|USDT)$/;

/** What `srcCurrency` and `dstCurrency` of a market are, and what we call it. */
export interface MarketNames {
  src: string;
  dst: 'rls' | 'usdt';
  base: string;
  quote: string;
}

/** Of `BTCIRT`; null for a market of another quote. */
export function namesOf(wireName: string): MarketNames | null {
  const match = NAME.exec(wireName);
  if (match === null) return null;
  const { asset: quote, currency: dst } = QUOTES[match[2] as keyof typeof QUOTES];
  return { src: match[1]!.toLowerCase(), dst, base: match[1]!.replaceAll('_', ''), quote };
}

/** `BTC-RLS`, as orders and trades name their market, as the name of its paths. */
export function wireNameOf(market: unknown): string {
  const text = textOf(market, 'market', 40).toUpperCase();
  const [base, quote, ...rest] = text.split('-');
  if (base === undefined || rest.length > 0 || (quote !== 'RLS' && quote !== 'USDT' && quote !== 'IRT')) {
    throw new UnreadableAnswer(`${JSON.stringify(text)} is no market`);
  }
  return base + (quote === 'RLS' ? 'IRT' : quote);
}

/** `rls` → IRR, `1m_pepe` → 1MPEPE. */
export function assetNamed(currency: unknown): string {
  const name = textOf(currency, 'currency', 20).toUpperCase().replaceAll('_', '');
  return name === 'RLS' || name === 'IRT' ? RIAL : assetOf(name, 'currency');
}

const OURS = /^ord_([0-9a-f]{32})$/;
const HEX = /^[0-9a-f]{32}$/;

/** At most 32 characters go out: of an id of ours its digits. */
export function toWireId(clientOrderId: string): string {
  return OURS.exec(clientOrderId)?.[1] ?? clientOrderId;
}

/** An order made elsewhere may have no client order id: the venue's own stands for it. */
export function fromWireId(value: unknown, venueOrderId: string): string {
  if (value === null || value === undefined || value === '') return `venue-${venueOrderId}`;
  const id = textOf(value, 'client order id', 64);
  return HEX.test(id) ? `ord_${id}` : id;
}
