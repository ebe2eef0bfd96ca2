import { formatScaled } from '@sextant/kernel';

/** Plain decimal text; "unknown is `null`, never 0". */
export function textOrNull(units: bigint | null): string | null {
  return units === null ? null : formatScaled(units);
}
