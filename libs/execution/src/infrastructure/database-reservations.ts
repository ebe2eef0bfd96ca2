import { Injectable } from '@nestjs/common';
import type { AccountId } from '@sextant/kernel';
import { Reservations } from '@sextant/portfolio';
import type { SqlReader } from '@sextant/portfolio';

/** `locked` of an asset is the sum over live orders: nothing else is kept, so nothing can leak. */
@Injectable()
export class DatabaseReservations extends Reservations {
  async locked(reader: SqlReader, accountIds: readonly AccountId[]) {
    const rows = await reader.query<{ account_id: AccountId; asset: string; locked: string }>(
      `SELECT account_id, reserved_asset AS asset, sum(reserved)::text AS locked FROM orders
       WHERE account_id = ANY ($1) AND closed_at IS NULL AND reserved > 0
       GROUP BY account_id, reserved_asset`,
      [accountIds],
    );
    return rows.map((row) => ({
      accountId: row.account_id,
      asset: row.asset,
      lockedUnits: BigInt(row.locked),
    }));
  }
}
