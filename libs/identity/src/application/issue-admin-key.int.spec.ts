import type { TenantId, UserId } from '@sextant/kernel';
import {
  combineModels,
  ConsumerOffsets,
  ConsumerRegistry,
  EventLog,
  ManualClock,
  platformModel,
  SystemLog,
  UuidV7Ids,
} from '@sextant/platform';
import { createTestDatabase } from '@sextant/testing';
import type { TestDatabase } from '@sextant/testing';
import { parseApiKey } from '../domain/api-key.js';
import type { Role } from '../domain/principal.js';
import { User } from '../domain/user.js';
import { CredentialKeyCheck } from '../infrastructure/credential-key-check.js';
import { HmacCredentialSecrets } from '../infrastructure/hmac-credential-secrets.js';
import { SqlApiKeyRepository } from '../infrastructure/sql-api-key-repository.js';
import { SqlCredentialLookup } from '../infrastructure/sql-credential-lookup.js';
import { SqlTenantRepository } from '../infrastructure/sql-tenant-repository.js';
import { SqlUserRepository } from '../infrastructure/sql-user-repository.js';
import { CreateIdentity1763600100000 } from '../infrastructure/migrations/create-identity.js';
import { IssueAdminKey, IssueAdminKeyHandler } from './issue-admin-key.js';

const TENANT = 'ten_00000000000000000000000000000001' as TenantId;
const identity = { entities: [], migrations: [CreateIdentity1763600100000] };
const secrets = new HmacCredentialSecrets('the credential key of this installation');

let db: TestDatabase;
let clock: ManualClock;
let log: SystemLog;

beforeEach(async () => {
  db = await createTestDatabase(combineModels(platformModel, identity));
  clock = new ManualClock();
  log = new SystemLog(db.database);
  await db.database.transaction((within) =>
    new SqlTenantRepository(log, db.database).createFirst(TENANT, 'default', clock.now(), within),
  );
});
afterEach(() => db.close());

function issue(email: string | null = null, withSecrets = secrets) {
  const users = new SqlUserRepository(db.database, log);
  const keys = new SqlApiKeyRepository(log);
  const guard = new CredentialKeyCheck(db.database, withSecrets);
  const ids = new UuidV7Ids(clock);
  const handler = new IssueAdminKeyHandler(db.database, users, keys, withSecrets, guard, ids, clock);
  return handler.execute(new IssueAdminKey(email, 'cli'));
}

async function hire(email: string, role: Role, suspended = false): Promise<UserId> {
  const users = new SqlUserRepository(db.database, log);
  const userId = new UuidV7Ids(clock).next('usr');
  const by = { actor: 'system', at: clock.now() };
  const user = User.create({ userId, tenantId: TENANT, email, role, passwordHash: null }, by);
  if (suspended) user.changeStatus('SUSPENDED', by);
  await db.database.transaction((within) => users.save(user, within));
  return userId;
}

async function keyCount(): Promise<number> {
  return (await db.database.query('SELECT FROM api_key')).length;
}

it('lets the only administrator in again, with every scope', async () => {
  const userId = await hire('ada@example.com', 'admin');
  await hire('tess@example.com', 'trader');
  const issued = await issue();
  expect(issued.email).toBe('ada@example.com');
  const { prefix, secret } = parseApiKey(issued.key)!;
  const found = await new SqlCredentialLookup(db.database).keyByPrefix(prefix);
  expect(found!.principal).toMatchObject({ userId, role: 'admin', scopes: ['read', 'trade', 'admin'] });
  expect(secrets.matches(secret, found!.secretHash)).toBe(true);
});

it('is told in the system stream with who did it, and without the secret', async () => {
  await hire('ada@example.com', 'admin');
  const { key, keyId } = await issue();
  const offsets = new ConsumerOffsets(db.database, log, clock);
  const events = await new EventLog(db.database, new ConsumerRegistry(), offsets).read('system', 0, 100);
  expect(events.at(-1)).toMatchObject({ type: 'ApiKeyCreated', actor: 'cli', payload: { keyId } });
  expect(JSON.stringify(events)).not.toContain(parseApiKey(key)!.secret);
});

it('leaves earlier keys as they are', async () => {
  await hire('ada@example.com', 'admin');
  await issue();
  await issue();
  expect(await db.database.query('SELECT FROM api_key WHERE revoked_at IS NULL')).toHaveLength(2);
});

it('wants to know which administrator when there are several', async () => {
  await hire('ada@example.com', 'admin');
  await hire('bo@example.com', 'admin');
  await expect(issue()).rejects.toMatchObject({
    code: 'ADMINISTRATOR_REQUIRED',
    context: { emails: ['ada@example.com', 'bo@example.com'] },
  });
  expect(await keyCount()).toBe(0);
  expect((await issue(' Bo@Example.com ')).email).toBe('bo@example.com');
});

it.each([
  ['a trader', 'trader', false],
  ['a suspended administrator', 'admin', true],
] as const)('has no key for %s', async (_, role, suspended) => {
  await hire('ada@example.com', 'admin');
  await hire('other@example.com', role, suspended);
  await expect(issue('other@example.com')).rejects.toMatchObject({ code: 'ADMINISTRATOR_REQUIRED' });
  expect(await keyCount()).toBe(0);
});

it('has no key for nobody', async () => {
  await expect(issue()).rejects.toMatchObject({ code: 'ADMINISTRATOR_REQUIRED', context: { emails: [] } });
  await expect(issue('who@example.com')).rejects.toMatchObject({ code: 'USER_NOT_FOUND' });
});

it('refuses to make a key that could never be used: hashed under another credential key', async () => {
  await hire('ada@example.com', 'admin');
  await issue();
  const foreign = new HmacCredentialSecrets('the credential key of another installation');
  await expect(issue(null, foreign)).rejects.toMatchObject({
    message: expect.stringContaining('auth.credentialKey is not the one'),
    exitCode: 78,
  });
  expect(await keyCount()).toBe(1);
});
