import type { AccountId } from '@sextant/kernel';
import { Config, Logger, Metrics } from '@sextant/platform';
import { ExchangeGateway } from '../../domain/exchange-gateway.js';
import { ExchangeGateways } from '../../domain/exchange-gateways.js';
import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type { GatewayOutcome } from '../../domain/gateway-outcome.js';
import type { KeyPermissions, VenueCredential } from '../../domain/venue-credentials.js';
import { simulatedTraits } from '../../infrastructure/simulated-traits.js';
import { VaultWorld } from '../../infrastructure/vault/vault-world.contract.js';
import { ConnectionRound } from './connection-round.js';
import { KeyChecks } from './key-checks.js';
import { VaultCredentials } from './vault-credentials.js';

const HOUR_MS = 3_600_000;
const HARMLESS: KeyPermissions = {
  read: true,
  trade: true,
  withdraw: false,
  transfer: false,
  ipRestricted: true,
  accountIdentity: null,
};
const evidence = { kind: 'VENUE_ANSWER', detail: {}, at: 0 } as const;

/** A venue whose word on keys changes. */
class Binance extends ExchangeGateway {
  readonly venue = 'BINANCE';
  readonly traits = simulatedTraits;
  asked: string[] = [];
  answers: GatewayOutcome<KeyPermissions>[] = [];
  always: GatewayOutcome<KeyPermissions> = confirmed(HARMLESS, evidence);
  instruments = async () => [];
  serverTime = async () => 0;
  open = async (): Promise<never> => {
    throw new Error('not opened here');
  };

  override async permissions({ apiKey }: VenueCredential): Promise<GatewayOutcome<KeyPermissions>> {
    this.asked.push(apiKey);
    return this.answers.shift() ?? this.always;
  }
}

let world: VaultWorld;
let venue: Binance;
let lines: string[];

beforeEach(async () => {
  world = await VaultWorld.make();
  venue = new Binance();
  lines = [];
});
afterEach(() => world.close());

/** What one process runs. */
async function someProcess() {
  const process = world.process('the master key of this installation');
  await process.keeper.prepare(world.by());
  const destination = { write: (line: string) => void lines.push(line), flush: () => undefined };
  const logger = Logger.create({ app: 'test', level: 'DEBUG', destination });
  const gateways = new ExchangeGateways([venue]);
  const config = Config.fromValues();
  const checks = new KeyChecks(gateways, process.vault, config, world.clock, new Metrics(), logger);
  const credentials = new VaultCredentials(process.repository, process.vault, config, world.clock);
  const { repository, vault } = process;
  const round = new ConnectionRound(
    ...([world.database, repository, vault, checks, credentials, config, world.clock, logger] as const),
  );
  return { ...process, round, credentials };
}

async function statusOf(accountId: AccountId): Promise<string> {
  const [row] = await world.database.query<{ status: string }>(
    'SELECT status FROM exchange_connection WHERE account_id = $1',
    [accountId],
  );
  return row!.status;
}

it('asks after each key once a day, in whichever process', async () => {
  const [one, two] = [await someProcess(), await someProcess()];
  for (let count = 0; count < 3; count += 1) {
    await world.connected(one, { apiKey: `key ${count}`, secret: 'secret', passphrase: null });
  }
  for (let hour = 1; hour <= 48; hour += 1) {
    world.clock.advance(HOUR_MS);
    await Promise.all([one.round.run(), two.round.run()]);
  }
  expect(venue.asked.toSorted()).toEqual(['key 0', 'key 0', 'key 1', 'key 1', 'key 2', 'key 2']);
});

it('quarantines within a day a key that may withdraw since then, and raises the alarm', async () => {
  const process = await someProcess();
  const { accountId } = await world.connected(process);
  expect(await process.credentials.standing(accountId, 'BINANCE')).toMatchObject({ mayPlace: true });
  venue.always = confirmed({ ...HARMLESS, withdraw: true }, evidence);
  world.clock.advance(23.9 * HOUR_MS);
  await process.round.run();
  expect(await statusOf(accountId)).toBe('QUARANTINED');
  expect(await process.credentials.standing(accountId, 'BINANCE')).toMatchObject({
    mayPlace: false,
    usable: true,
  });
  expect((await world.events()).at(-1)).toBe('ExchangeConnectionQuarantined');
  expect(lines.map((line) => JSON.parse(line))).toContainEqual(
    expect.objectContaining({ level: 'ERROR', code: 'KEY_MAY_WITHDRAW', accountId }),
  );
});

it('asks again the same day where no verdict came, and believes nothing meanwhile', async () => {
  const process = await someProcess();
  const { accountId } = await world.connected(process);
  const silence = unknown({ code: 'TIMEOUT', detail: 'silence' }, { ...evidence, kind: 'TRANSPORT' });
  venue.answers = [silence, silence];
  world.clock.advance(23.6 * HOUR_MS);
  for (let minute = 0; minute < 24; minute += 1) {
    await process.round.run();
    world.clock.advance(60_000);
  }
  expect([venue.asked.length, await statusOf(accountId)]).toEqual([2, 'ACTIVE']);
  world.clock.advance(15 * 60_000);
  await process.round.run();
  await process.round.run();
  expect(venue.asked).toHaveLength(3);
});

it('goes on with the others when one credential cannot be opened', async () => {
  const process = await someProcess();
  const { credentialId } = await world.connected(process, {
    apiKey: 'broken',
    secret: 's',
    passphrase: null,
  });
  await world.connected(process, { apiKey: 'sound', secret: 's', passphrase: null });
  await world.database.query(
    `UPDATE venue_credential SET ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1) WHERE credential_id = $1`,
    [credentialId],
  );
  world.clock.advance(24 * HOUR_MS);
  await process.round.run();
  expect(venue.asked).toEqual(['sound']);
});

it('looks into a complaint of the venue at once, and not into each of them', async () => {
  const process = await someProcess();
  const { accountId } = await world.connected(process);
  await process.credentials.of(accountId, 'BINANCE');
  venue.always = refused({ code: 'CREDENTIAL_INVALID', detail: 'revoked' }, evidence);
  for (let count = 0; count < 10; count += 1) await process.round.complained(accountId, 'BINANCE');
  expect([venue.asked.length, await statusOf(accountId)]).toEqual([1, 'INVALID']);
  await expect(process.credentials.of(accountId, 'BINANCE')).rejects.toMatchObject({
    code: 'CREDENTIAL_INVALID',
  });
});

it('does not take a complaint for true that the venue does not repeat when it is asked', async () => {
  const process = await someProcess();
  const { accountId } = await world.connected(process);
  await process.round.complained(accountId, 'BINANCE');
  expect(await statusOf(accountId)).toBe('ACTIVE');
});

it('says nothing of a key that was rotated while the venue was asked about the older one', async () => {
  const process = await someProcess();
  const { accountId } = await world.connected(process);
  venue.permissions = async () => {
    await world.database.query(
      `UPDATE exchange_connection SET credential_id = 'crd_newer', version = version + 1`,
    );
    return refused({ code: 'CREDENTIAL_INVALID', detail: 'revoked' }, evidence);
  };
  await process.round.complained(accountId, 'BINANCE');
  expect(await statusOf(accountId)).toBe('ACTIVE');
});

it('destroys replaced keys when they have drained', async () => {
  const process = await someProcess();
  const { credentialId } = await world.connected(process);
  const retiresAt = world.clock.now() + 120_000;
  await world.database.transaction((client) => process.vault.drain(credentialId, retiresAt, client));
  await process.round.run();
  expect(await process.vault.open(credentialId)).toMatchObject({ credentialId });
  world.clock.advance(120_000);
  await process.round.run();
  await expect(process.vault.open(credentialId)).rejects.toMatchObject({ code: 'CREDENTIAL_DESTROYED' });
});
