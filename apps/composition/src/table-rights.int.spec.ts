import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { sextantModel } from './sextant-model.js';

interface TableRights {
  name: string;
  isolated: boolean;
  read: boolean;
  changed: boolean;
  deleted: boolean;
}

/** What must stay as it was written. */
const APPEND_ONLY = [
  'public.event_log',
  'public.execution_slice',
  'public.fill',
  'public.ledger_posting',
  'public.ledger_transaction',
  'public.order_attempt',
  'public.reconciliation',
  'venue.deposit',
  'venue.journal',
];

/** What changes, and stays. */
const KEPT = [
  'public.account',
  'public.account_kill_switch',
  'public.account_stream',
  'public.balance',
  'public.cancel_countdown',
  'public.execution',
  'public.kill_switch',
  'public.margin_setting',
  'public.orders',
  'public.position',
  'public.position_mode',
  'public.strategy_position',
  'public.venue_cursor',
  'venue.instrument',
];

const RIGHTS = `
  SELECT n.nspname || '.' || c.relname AS name, c.relrowsecurity AND c.relforcerowsecurity AS isolated,
    has_table_privilege('sextant_reader', c.oid, 'SELECT') AS read,
    has_table_privilege('sextant_writer', c.oid, 'UPDATE, DELETE, TRUNCATE') AS changed,
    has_table_privilege('sextant_writer', c.oid, 'DELETE, TRUNCATE') AS deleted
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('public', 'venue') ORDER BY name`;

describe('the rights on the tables of the platform', () => {
  let db: TestDatabase;
  let tables: TableRights[];

  beforeAll(async () => {
    db = await createTestDatabase(sextantModel);
    tables = await db.database.query<TableRights>(RIGHTS, []);
  });

  afterAll(() => db.close());

  it('show a tenant nothing but rows of its own', () => {
    const shown = tables.filter(({ read }) => read);
    expect(shown.length).toBeGreaterThan(10);
    expect(shown.filter(({ isolated }) => !isolated)).toEqual([]);
  });

  it('let nobody change what was booked, logged or executed', () => {
    const fixed = tables.filter(({ name }) => APPEND_ONLY.includes(name));
    expect(fixed.map(({ name }) => name)).toEqual(APPEND_ONLY);
    expect(fixed.filter(({ changed }) => changed)).toEqual([]);
    expect(tables.some(({ changed }) => changed)).toBe(true);
  });

  it('let nobody delete an account, what it holds or its orders', () => {
    const kept = tables.filter(({ name }) => KEPT.includes(name));
    expect(kept.map(({ name }) => name)).toEqual(KEPT);
    expect(kept.filter(({ changed, deleted }) => !changed || deleted)).toEqual([]);
  });
});
