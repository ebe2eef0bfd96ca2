import type { AccountId } from '@sextant/kernel';

/** One SQL statement on the caller's connection, so that everything a query reads is of one snapshot. */
export interface SqlReader {
  query<Row>(sql: string, params: unknown[]): Promise<Row[]>;
}

/** What live orders hold back, as the orders say it. */
export abstract class Reservations {
  /** Locked units by account and asset; accounts and assets without a reservation are absent. */
  abstract locked(
    reader: SqlReader,
    accountIds: readonly AccountId[],
  ): Promise<{ accountId: AccountId; asset: string; lockedUnits: bigint }[]>;
}
