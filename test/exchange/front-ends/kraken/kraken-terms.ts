/** The one pair, in the three spellings that the venue uses side by side. */
export const PAIR = { id: 'XXBTZUSD', altname: 'XBTUSD', wsname: 'XBT/USD', v2: 'BTC/USD' } as const;
export const ASSETS = { XXBT: 'BTC', ZUSD: 'USD' } as const;

export const KRAKEN_GRID = {
  tickSize: '0.1',
  stepSize: '0.00000001',
  bidTicks: 600_000,
  fees: { maker: '0.0025', taker: '0.004' },
} as const;

export const KRAKEN_KEY = 'rehearsal-kraken-key';
export const KRAKEN_SECRET = Buffer.from('a secret of the rehearsal, known to all').toString('base64');

/** A refusal in the venue's words. */
export class KrakenError extends Error {}

/** The longest deadline that a placement may have, and the shortest. */
export const DEADLINE_MS = { least: 2_000, most: 60_000 } as const;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Six, five and six letters with the number at the end: `OAAAAA-AAAAA-AAAABC`. */
export function txid(kind: 'O' | 'T', count: number): string {
  let letters = '';
  for (let left = count; letters.length < 16; left = Math.floor(left / 32)) {
    letters = LETTERS.charAt(left % 32) + letters;
  }
  const all = kind + letters;
  return `${all.slice(0, 6)}-${all.slice(6, 11)}-${all.slice(11)}`;
}

/** Seconds with a fraction, as JSON numbers. */
export function seconds(at: number): number {
  return at / 1_000;
}
