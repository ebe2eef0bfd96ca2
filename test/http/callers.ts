import { CommandBus } from '@nestjs/cqrs';
import type { Principal, Role, Scope } from '@sextant/identity';
import { ChangeUser, CreateApiKey, CreateUser, RevokeApiKey, scopesOfRole } from '@sextant/identity';
import type { ApiKeyId, TenantId, UserId } from '@sextant/kernel';
import { Ids } from '@sextant/kernel';
import { Database } from '@sextant/platform';
import { SCRIPTED_VENUE } from './scripted-exchange.js';
import type { TestApp } from './test-app.js';

export const PASSWORD = 'an honest lengthy phrase';

/** A user of a tenant with a credential: what it sends, and who it is. */
export interface Caller {
  headers: Record<string, string>;
  principal: Principal;
}

/** Everybody who may stand before a route. */
export interface World {
  /** Not known at all, or not any more. All of them are 401 wherever credentials are asked for. */
  strangers: Record<string, Record<string, string>>;
  /** One tenant's people. */
  callers: Record<string, Caller>;
  /** An administrator of another tenant. */
  neighbour: Caller;
  /** An order and its account, of yet another tenant: the one of the first start. */
  foreignOrderId: string;
  foreignExecutionId: string;
  foreignAccountId: string;
  /** Long work of that tenant. */
  foreignJobId: string;
  /** The group of that order and the stop of what it bought. */
  foreignGroupId: string;
  /** An exchange connection of that tenant. */
  foreignConnectionId: string;
  /** A wallet that it watches. */
  foreignWalletId: string;
}

/** Makes the people of the matrix, without going through the routes that it tests. */
export async function populate(app: TestApp): Promise<World> {
  const home = await newTenant(app);
  const people = new People(app, home);
  const trader = await people.user('trader');
  const viewer = await people.user('viewer');
  const admin = await people.user('admin');
  const suspended = await people.user('admin');
  const suspendedKey = await people.key(suspended, ['read', 'trade', 'admin']);
  const suspendedToken = await people.token(suspended);
  const revoked = await people.key(admin, ['read', 'trade', 'admin']);
  await people.execute(new RevokeApiKey(admin, revoked.principal.keyId as ApiKeyId));
  await people.execute(new ChangeUser(admin, suspended.userId, { status: 'SUSPENDED' }, null));
  const neighbourhood = new People(app, await newTenant(app));
  const neighbour = await neighbourhood.user('admin');
  const order = await placeOrder(app);
  const foreignExecutionId = await startExecution(app);
  const foreignConnectionId = await connectExchange(app);
  const foreignJobId = await finishedJob(app);
  const foreignWalletId = await watchWallet(app);
  return {
    ...order,
    foreignJobId,
    foreignExecutionId,
    foreignConnectionId,
    foreignWalletId,
    strangers: {
      anonymous: {},
      'made-up key': { 'X-API-Key': `sx_aaaaaaaaaa_${'0'.repeat(64)}` },
      'made-up token': { Authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
      'wrong secret': { 'X-API-Key': `${revoked.headers['X-API-Key']!.slice(0, -4)}ffff` },
      'revoked key': revoked.headers,
      'key of a suspended user': suspendedKey.headers,
      'token of a suspended user': suspendedToken.headers,
      'key and token at once': { ...revoked.headers, Authorization: 'Bearer x.y.z' },
    },
    callers: {
      viewer: await people.token(viewer),
      'viewer key': await people.key(viewer, ['read']),
      trader: await people.token(trader),
      'trader read key': await people.key(trader, ['read']),
      'trader key': await people.key(trader, ['read', 'trade']),
      admin: await people.token(admin),
      'admin read key': await people.key(admin, ['read']),
      'admin key': await people.key(admin, ['read', 'trade', 'admin']),
    },
    neighbour: await neighbourhood.key(neighbour, ['read', 'trade', 'admin']),
  };
}

async function placeOrder(
  app: TestApp,
): Promise<Pick<World, 'foreignOrderId' | 'foreignAccountId' | 'foreignGroupId'>> {
  const stopLoss = { stopPrice: '20000' };
  const body = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.001', type: 'MARKET', stopLoss };
  const answer = await app.call('POST', '/api/orders', { as: app.adminKey, body });
  if (answer.status !== 201) throw new Error(`no order to speak of: ${answer.text}`);
  const { id, accountId, groupId } = answer.body;
  return { foreignOrderId: id, foreignAccountId: accountId, foreignGroupId: groupId };
}

/** An iceberg far below the market: it rests. */
async function startExecution(app: TestApp): Promise<string> {
  const terms = { quantity: '0.01', limitPrice: '20000', displayQuantity: '0.005' };
  const body = { symbol: 'BTCUSDT', side: 'BUY', algorithm: 'ICEBERG', ...terms };
  const answer = await app.call('POST', '/api/executions', { as: app.adminKey, body });
  if (answer.status !== 201) throw new Error(`no execution to speak of: ${answer.text}`);
  return answer.body.id;
}

/** With a venue that takes any key. */
async function connectExchange(app: TestApp): Promise<string> {
  const credential = { apiKey: 'key-of-nobody', secret: 'secret of nobody' };
  const body = { venue: SCRIPTED_VENUE, label: 'Foreign', credential };
  const answer = await app.call('POST', '/api/exchange-connections', { as: app.adminKey, body });
  if (answer.status !== 201) throw new Error(`no connection to speak of: ${answer.text}`);
  return answer.body.connectionId;
}

async function watchWallet(app: TestApp): Promise<string> {
  const body = { name: 'Foreign', venue: 'BITCOIN', address: 'bc1qforeign' };
  const answer = await app.call('POST', '/api/portfolio/wallets', { as: app.adminKey, body });
  if (answer.status !== 201) throw new Error(`no wallet to speak of: ${answer.text}`);
  return answer.body.walletId;
}

async function finishedJob(app: TestApp): Promise<string> {
  const jobId = app.app.get(Ids, { strict: false }).next('job');
  const database = app.app.get(Database, { strict: false });
  await database.query(
    `INSERT INTO job (job_id, tenant_id, kind, status, input, created_at, created_by, ended_at)
     SELECT $1, tenant_id, 'SOMETHING', 'COMPLETED', '{}', now(), 'usr_1', now() FROM account LIMIT 1`,
    [jobId],
  );
  return jobId;
}

async function newTenant(app: TestApp): Promise<TenantId> {
  const tenantId = app.app.get(Ids, { strict: false }).next('ten');
  const database = app.app.get(Database, { strict: false });
  await database.query('INSERT INTO tenant (tenant_id, name, created_at) VALUES ($1, $1, now())', [tenantId]);
  return tenantId;
}

let count = 0;

class People {
  private readonly system: Principal;

  constructor(
    private readonly app: TestApp,
    tenantId: TenantId,
  ) {
    const userId = app.app.get(Ids, { strict: false }).next('usr');
    this.system = asPrincipal(tenantId, userId, 'admin', scopesOfRole('admin'), null);
  }

  execute(command: object): Promise<any> {
    return this.app.app.get(CommandBus, { strict: false }).execute(command as never);
  }

  async user(role: Role): Promise<Principal> {
    count += 1;
    const terms = { email: `${role}${count}@example.com`, role, password: PASSWORD };
    const { body } = await this.execute(new CreateUser(this.system, terms, this.once()));
    return asPrincipal(this.system.tenantId, body.userId as UserId, role, scopesOfRole(role), null);
  }

  async key(user: Principal, scopes: Scope[]): Promise<Caller> {
    const terms = { name: 'test', scopes, signed: false, expiresAt: null };
    const { body } = await this.execute(new CreateApiKey(user, terms, this.once()));
    const principal = asPrincipal(user.tenantId, user.userId, user.role, scopes, body.keyId as ApiKeyId);
    return { headers: { 'X-API-Key': body.key as string }, principal };
  }

  async token(user: Principal): Promise<Caller> {
    const { email } = await this.emailOf(user.userId);
    const answer = await this.app.call('POST', '/api/auth/login', { body: { email, password: PASSWORD } });
    return { headers: { Authorization: `Bearer ${answer.body.accessToken}` }, principal: user };
  }

  private async emailOf(userId: UserId): Promise<{ email: string }> {
    const database = this.app.app.get(Database, { strict: false });
    const rows = await database.query<{ email: string }>(
      'SELECT email FROM identity_user WHERE user_id = $1',
      [userId],
    );
    return rows[0]!;
  }

  private once() {
    return { tenantId: this.system.tenantId, route: '', key: null, bodyHash: '' };
  }
}

function asPrincipal(
  tenantId: TenantId,
  userId: UserId,
  role: Role,
  scopes: readonly Scope[],
  keyId: ApiKeyId | null,
): Principal {
  return { tenantId, userId, role, scopes, via: keyId === null ? 'JWT' : 'API_KEY', keyId, sessionId: null };
}
