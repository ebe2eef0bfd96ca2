import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';

describe('a database', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase({ entities: [], migrations: [] });
  });
  afterAll(() => db.close());

  it('works as the writer', async () => {
    expect(await db.database.query('SELECT current_user AS role')).toEqual([{ role: 'sextant_writer' }]);
  });
});
