/** The choices of `portfolio.equityInterval`; each divides an hour, so full hours and midnights are among its steps. */
export const EQUITY_INTERVALS = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '30m': 1_800_000,
  '1h': 3_600_000,
} as const;
