import { combineModels, platformModel } from '@sextant/platform';
import { portfolioModel } from '@sextant/portfolio';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { executionModel } from '../execution-model.js';
import { CheckOrdersByDomain1763600301000 } from './check-orders-by-domain.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase(combineModels(platformModel, portfolioModel, executionModel));
});
afterAll(() => test.close());

const rules = (): Promise<{ table: string; column: string; type: string }[]> =>
  test.database
    .query(`SELECT table_name AS table, column_name AS column, coalesce(domain_name, data_type) AS type
    FROM information_schema.columns WHERE table_name IN ('orders', 'order_attempt', 'fill') ORDER BY 1, 2`);

it.each([
  ['order_status', `'LOST'`],
  ['order_side', `'HOLD'`],
  ['order_type', `'STOP'`],
  ['order_time_in_force', `'DAY'`],
  ['order_origin', `'NOBODY'`],
  ['fill_role', `'BOTH'`],
  ['units', `'NaN'`],
  ['units_not_negative', '-1'],
  ['units_not_negative', `'NaN'`],
  ['units_positive', '0'],
  ['count_not_negative', '-1'],
  ['count_positive', '0'],
  ['small_count_positive', '0'],
])('the domain %s refuses %s', async (domain, value) => {
  await expect(test.database.query(`SELECT (${value})::${domain}`)).rejects.toMatchObject({ code: '23514' });
});

it('goes back to constraints of the columns, and to domains again', async () => {
  const before = await rules();
  const owner = new pg.Client(test.url);
  await owner.connect();
  const runner = owner as unknown as QueryRunner;
  await new CheckOrdersByDomain1763600301000().down(runner);
  expect(await rules()).not.toEqual(before);
  await new CheckOrdersByDomain1763600301000().up(runner);
  expect(await rules()).toEqual(before);
  await owner.end();
});
