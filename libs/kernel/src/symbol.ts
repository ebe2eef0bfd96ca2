import { describeInput } from './describe-input.js';
import { DomainError } from './domain-error.js';

const ASSET = /^[A-Z0-9]{1,20}$/;
const CANONICAL = /^([A-Z0-9]{1,20})\/([A-Z0-9]{1,20})(?::([A-Z0-9]{1,20}))?$/;

/** A market in canonical form: `BTC/USDT`, or `BTC/USDT:USDT` for a perpetual settled in USDT. */
export class Symbol {
  private constructor(
    readonly base: string,
    readonly quote: string,
    /** Settlement asset of a perpetual; null for spot. */
    readonly settle: string | null,
    private readonly text: string,
  ) {
    Object.freeze(this);
  }

  /** @throws DomainError SYMBOL_MALFORMED when the text is not canonical. */
  static parse(text: string): Symbol {
    const match = typeof text === 'string' ? CANONICAL.exec(text) : null;
    if (match === null || match[1] === match[2]) {
      throw new DomainError('SYMBOL_MALFORMED', `${describeInput(text)} is not BASE/QUOTE.`);
    }
    return new Symbol(match[1]!, match[2]!, match[3] ?? null, text);
  }

  get isPerpetual(): boolean {
    return this.settle !== null;
  }

  /** The venue-style spelling without separators, accepted on input: `BTCUSDT`. */
  get compact(): string {
    return this.base + this.quote;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** @throws DomainError ASSET_MALFORMED when the text is not an asset in canonical form: `BTC`, `1INCH`. */
export function parseAsset(text: string): string {
  if (typeof text === 'string' && ASSET.test(text)) return text;
  throw new DomainError('ASSET_MALFORMED', `${describeInput(text)} is not an asset such as BTC.`);
}
