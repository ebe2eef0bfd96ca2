import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@sextant/contracts';
import { formatScaled, parseScaled } from '@sextant/kernel';
import type { AccountId } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import type { HistoricFill } from '../../domain/positions/booked-fill.js';

/** Where in a history one stands: behind this fill, in the order of execution. */
export type HistoryPlace = {
  executedAt: number;
  venueTradeId: string;
  symbol: string;
  venueOrderId: string;
};

const INSERT = `
  INSERT INTO history_fill (account_id, job_id, symbol, venue_order_id, venue_trade_id, executed_at, fill)
  SELECT $1, $2, f ->> 'symbol', f ->> 'venueOrderId', f ->> 'venueTradeId', (f ->> 'executedAt')::bigint, f
  FROM jsonb_array_elements($3::jsonb) AS f ON CONFLICT DO NOTHING`;

// Ids that are numbers are in their order as numbers: 9 comes before 10.
const ORDER = 'executed_at, length(venue_trade_id), venue_trade_id, symbol, venue_order_id';
const NEXT = `
  SELECT fill FROM history_fill WHERE account_id = $1 AND job_id = $2
    AND ($3::bigint IS NULL OR (${ORDER}) > ($3, length($4), $4::text COLLATE "C", $5, $6))
  ORDER BY ${ORDER} LIMIT $7`;

/** Fills of a history that are read and not booked yet. A page that comes again changes nothing. */
@Injectable()
export class WaitingFills {
  constructor(private readonly database: Database) {}

  async add(accountId: AccountId, jobId: string, fills: readonly HistoricFill[]): Promise<void> {
    if (fills.length === 0) return;
    await this.database.query(INSERT, [accountId, jobId, JSON.stringify(fills.map(toJson))]);
  }

  /** In the order of execution. */
  async next(
    accountId: AccountId,
    jobId: string,
    after: HistoryPlace | null,
    limit: number,
  ): Promise<HistoricFill[]> {
    const place = [
      ...[after?.executedAt ?? null, after?.venueTradeId ?? null],
      ...[after?.symbol ?? null, after?.venueOrderId ?? null],
    ];
    const rows = await this.database.query<{ fill: JsonObject }>(NEXT, [accountId, jobId, ...place, limit]);
    return rows.map(({ fill }) => ofJson(fill));
  }

  async count(accountId: AccountId, jobId: string): Promise<number> {
    const [row] = await this.database.query<{ fills: number }>(
      'SELECT count(*)::int AS fills FROM history_fill WHERE account_id = $1 AND job_id = $2',
      [accountId, jobId],
    );
    return row?.fills ?? 0;
  }

  /** Of this import and of earlier ones that were given up: one import of an account runs at a time. */
  async forget(accountId: AccountId): Promise<void> {
    await this.database.query('DELETE FROM history_fill WHERE account_id = $1', [accountId]);
  }
}

export function placeOf({ executedAt, venueTradeId, symbol, venueOrderId }: HistoricFill): HistoryPlace {
  return { executedAt, venueTradeId, symbol, venueOrderId };
}

function toJson(fill: HistoricFill): JsonObject {
  const { baseUnits, notionalUnits, feeUnits } = fill;
  const amounts = { baseUnits, notionalUnits, feeUnits };
  const texts = Object.entries(amounts).map(([name, units]) => [name, formatScaled(units)]);
  return { ...fill, feeValueUnits: null, ...Object.fromEntries(texts) } as JsonObject;
}

function ofJson(stored: JsonObject): HistoricFill {
  const units = (name: string) => parseScaled(stored[name] as string);
  const amounts = {
    baseUnits: units('baseUnits'),
    notionalUnits: units('notionalUnits'),
    feeUnits: units('feeUnits'),
  };
  return { ...(stored as unknown as HistoricFill), ...amounts };
}
