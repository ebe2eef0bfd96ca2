import type { TenantId } from '@sextant/kernel';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import type { NewEvent } from '../commit/index.js';
import { SystemLog } from '../event-log/index.js';
import { platformModel } from '../platform-model.js';
import { AuditLog } from './audit-log.js';

const ours = 'ten_00000000000000000000000000000001' as TenantId;
const theirs = 'ten_00000000000000000000000000000002' as TenantId;
let test: TestDatabase;
let audit: AuditLog;

beforeAll(async () => {
  test = await createTestDatabase(platformModel);
  audit = new AuditLog(test.database);
  const events = Array.from({ length: 9 }, (_, index): NewEvent => ({
    type: index % 3 === 2 ? 'SystemStarted' : 'UserCreated',
    payload: index % 3 === 2 ? { index } : { index, tenantId: index % 3 === 0 ? ours : theirs },
    occurredAt: 1_700_000_000_000 + index,
  }));
  await new SystemLog(test.database).append(events);
});
afterAll(() => test.close());

const request = { list: 'events', streamId: null, type: null, limit: 50, after: null };

it('shows a tenant what concerns itself or everybody, the newest first', async () => {
  const { data, page } = await audit.page(ours, request);
  expect(data.map(({ payload }) => payload['index'])).toEqual([8, 6, 5, 3, 2, 0]);
  expect(page).toEqual({ nextCursor: null, hasMore: false });
  const other = await audit.page(theirs, request);
  expect(other.data.map(({ payload }) => payload['index'])).toEqual([8, 7, 5, 4, 2, 1]);
});

it('pages without a gap while events are appended', async () => {
  const first = await audit.page(ours, { ...request, limit: 2 });
  expect(first.data.map(({ sequence }) => sequence)).toEqual([9, 7]);
  expect(first.page.hasMore).toBe(true);
  await new SystemLog(test.database).append([{ type: 'SystemStopping', payload: {}, occurredAt: 1 }]);
  const second = await audit.page(ours, { ...request, limit: 2, after: [7] });
  expect(second.data.map(({ sequence }) => sequence)).toEqual([6, 4]);
});

it('takes one type alone', async () => {
  const { data } = await audit.page(ours, { ...request, type: 'SystemStarted' });
  expect(data.map(({ payload }) => payload['index'])).toEqual([8, 5, 2]);
});
