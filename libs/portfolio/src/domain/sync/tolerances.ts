import { parseScaled } from '@sextant/kernel';

/** `BTC=0.00000001`; what an asset may be called is the venue's affair. */
const ENTRY = /^([^\s=]{1,40})=(\d{1,20}(?:\.\d{1,18})?)$/;

/** How far a balance may be off before a person has to look, by asset, in units of 10^-18. */
export class Tolerances {
  private constructor(
    private readonly otherwise: bigint,
    private readonly byAsset: ReadonlyMap<string, bigint>,
  ) {}

  /**
   * `otherwise`: decimal text, of every asset that is not named. `entries`: `ASSET=amount`.
   * @throws RangeError that names the entry
   */
  static parse(otherwise: string, entries: readonly string[]): Tolerances {
    const named = entries.map((entry): [string, bigint] => {
      const [, asset, amount] = ENTRY.exec(entry.trim()) ?? [];
      if (asset === undefined || amount === undefined) throw malformed(entry);
      return [asset, parseScaled(amount)];
    });
    return new Tolerances(parseScaled(otherwise), new Map(named));
  }

  unitsOf(asset: string): bigint {
    return this.byAsset.get(asset) ?? this.otherwise;
  }
}

function malformed(entry: string): RangeError {
  return new RangeError(`${JSON.stringify(entry)} is not ASSET=amount, as in BTC=0.00000001`);
}
