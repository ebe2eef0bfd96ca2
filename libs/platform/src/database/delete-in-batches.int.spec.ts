import { createTestDatabase } from '@sextant/testing';
import { deleteInBatches } from './delete-in-batches.js';
import { platformModel } from '../platform-model.js';

it('deletes all rows that the condition names, few at a time, and no other', async () => {
  const { database, close } = await createTestDatabase(platformModel);
  await database.query(
    `INSERT INTO idempotency_key (tenant_id, route, key, account_id, body_hash, status, created_at)
     SELECT 'ten_1', 'POST /', g::text, '', repeat('0', 64), 201, to_timestamp(g) FROM generate_series(1, 25) AS g`,
  );
  const statements: string[] = [];
  const counted = {
    query: <R>(sql: string, params?: unknown[]) => {
      statements.push(sql);
      return database.query<R>(sql, params);
    },
  };
  const old = [counted as never, 'idempotency_key', 'created_at < $1', [new Date(21_000)], 10] as const;
  expect(await deleteInBatches(...old)).toBe(20);
  expect(statements).toHaveLength(3);
  const left = await database.query<{ n: number }>('SELECT count(*)::int AS n FROM idempotency_key');
  expect(left).toEqual([{ n: 5 }]);
  expect(await deleteInBatches(...old)).toBe(0);
  await close();
});
