export const PRODUCT = 'BTC-USD';

export const COINBASE_GRID = {
  tickSize: '0.01',
  stepSize: '0.00000001',
  bidTicks: 6_000_000,
  fees: { maker: '0.004', taker: '0.006' },
} as const;

/** An answer that is no 200. */
export class CoinbaseError extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
  ) {
    super(`HTTP ${status}`);
  }
}

export function notFound(): CoinbaseError {
  return new CoinbaseError(404, {
    error: 'NOT_FOUND',
    error_details: 'order not found',
    message: 'not found',
  });
}

export function invalid(what: string): CoinbaseError {
  return new CoinbaseError(400, { error: 'INVALID_ARGUMENT', error_details: what, message: what });
}

/** A UUID with the number at its end. */
export function uuidOf(count: number): string {
  return `00000000-0000-4000-8000-${count.toString(16).padStart(12, '0')}`;
}
