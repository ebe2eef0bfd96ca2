import { formatScaled, parseScaled } from '@sextant/kernel';

/** What one account may do. Amounts in the quote asset of the market concerned; ratios as fractions; 10^-18 both. */
export interface RiskLimits {
  readonly maxOrderNotionalUnits: bigint;
  readonly maxPositionNotionalUnits: bigint;
  /** How far beyond the mark a limit price may cross: 0.05 is 5 %. */
  readonly priceCollarUnits: bigint;
  readonly maxOrdersPerSecond: number;
  /** How much more than the best ask a market buy reserves for: 0.02 is 2 %. */
  readonly marketBufferUnits: bigint;
}

/** The same limits as text, as configuration, API and events write them. */
export interface RiskLimitsText {
  maxOrderNotional: string;
  maxPositionNotional: string;
  priceCollar: string;
  maxOrdersPerSecond: number;
  marketBuffer: string;
}

/** @throws DomainError DECIMAL_MALFORMED */
export function parseRiskLimits(text: RiskLimitsText): RiskLimits {
  return {
    maxOrderNotionalUnits: parseScaled(text.maxOrderNotional),
    maxPositionNotionalUnits: parseScaled(text.maxPositionNotional),
    priceCollarUnits: parseScaled(text.priceCollar),
    maxOrdersPerSecond: text.maxOrdersPerSecond,
    marketBufferUnits: parseScaled(text.marketBuffer),
  };
}

export function formatRiskLimits(limits: RiskLimits): RiskLimitsText {
  return {
    maxOrderNotional: formatScaled(limits.maxOrderNotionalUnits),
    maxPositionNotional: formatScaled(limits.maxPositionNotionalUnits),
    priceCollar: formatScaled(limits.priceCollarUnits),
    maxOrdersPerSecond: limits.maxOrdersPerSecond,
    marketBuffer: formatScaled(limits.marketBufferUnits),
  };
}

/** Limits that an account has of its own, with the version that a change of them names. */
export interface OwnLimits {
  readonly limits: RiskLimits;
  readonly version: number;
}
