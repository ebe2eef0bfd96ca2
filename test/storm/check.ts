import { setTimeout as delay } from 'node:timers/promises';
import { checkBooks } from '../e2e/check-books.js';
import { chaosVenueFindings } from '../e2e/books/chaos-venue.js';
import { readSnapshot } from '../e2e/books/read-books.js';
import { keyFindings } from './keys.js';
import { patient, SETTLE_MS } from './settings.js';
import { CANARY } from './world.js';
import type { StormWorld } from './world.js';

/** Waits until the books are right, and says what is still wrong when that has taken too long. */
export async function settled(world: StormWorld): Promise<string[]> {
  for (const startedAt = Date.now(); ;) {
    const findings = await booksFindings(world);
    world.history.note('books', { findings: findings.slice(0, 3) });
    if (findings.length === 0 || Date.now() > startedAt + patient(SETTLE_MS)) return findings;
    await delay(500);
  }
}

/** Everything that may be known from outside, once the books are right. */
export async function findingsAtRest(world: StormWorld): Promise<string[]> {
  const keys = await keyFindings(world);
  const books = await settled(world);
  // Of what has not come to rest the API may say something else a moment later.
  if (books.length > 0) return [...keys, ...world.broken, ...books];
  return [...keys, ...world.broken, ...(await apiFindings(world)), ...(await secrecyFindings(world))];
}

/** The database against itself and against the venues' own journals. */
async function booksFindings(world: StormWorld): Promise<string[]> {
  try {
    const findings = await checkBooks(world.directUrl);
    // The journals are long, and what is under way is not worth a comparison.
    if (findings.length > 0) return findings;
    const { accounts } = await readSnapshot(world.directUrl);
    const journal = await world.venue.journal();
    for (const { accountId, venueAccount } of world.accounts) {
      const books = accounts.find((one) => one.accountId === accountId);
      if (books === undefined || venueAccount === null) continue;
      const halts = world.halts.filter((halt) => halt.accountId === accountId);
      findings.push(...chaosVenueFindings(books, venueAccount, journal, halts));
    }
    return findings;
  } catch (error) {
    return [`the books cannot be read: ${(error as Error).message}`];
  }
}

/** The API says what the database says, the account equals its venue, and nothing is out of order. */
async function apiFindings(world: StormWorld): Promise<string[]> {
  const findings: string[] = [];
  const rows = await world.sql('SELECT order_id, status, filled_lots, step_size FROM orders');
  const stored = new Map(rows.map((row) => [row.order_id as string, row.status as string]));
  for (const { accountId } of world.accounts) {
    let cursor = '';
    do {
      const answer = await world.insist('GET', `/api/orders?accountId=${accountId}&limit=500${cursor}`);
      for (const { id, status } of answer.body.data) {
        if (stored.get(id) !== status)
          findings.push(`the API shows ${id} as ${status}, stored is ${stored.get(id)}`);
        stored.delete(id);
      }
      cursor = answer.body.nextCursor ? `&cursor=${encodeURIComponent(answer.body.nextCursor)}` : '';
    } while (cursor !== '');
    const sync = await world.insist('POST', '/api/portfolio/sync', { body: { accountId } });
    if (sync.body.verdict !== 'EQUAL')
      findings.push(`${accountId} is ${sync.body.verdict}: ${JSON.stringify(sync.body.balances)}`);
    const proof = await world.insist('GET', `/api/accounts/${accountId}/ledger/proof`);
    if (proof.body.verified !== true) findings.push(`${accountId}: the ledger's proof fails`);
  }
  for (const id of stored.keys()) findings.push(`the API does not list ${id}`);
  return [...findings, ...(await healthFindings(world))];
}

/** I11: every process is ready again by itself. */
async function healthFindings(world: StormWorld): Promise<string[]> {
  for (const startedAt = Date.now(); ;) {
    const ready = await world.call('GET', '/health/ready');
    if (ready?.status === 200) return [];
    if (Date.now() > startedAt + patient(SETTLE_MS)) {
      const health = await world.call('GET', '/api/system/health');
      return [`not ready: ${JSON.stringify(health?.body?.components ?? health?.body)}`];
    }
    await delay(500);
  }
}

/** I13: secrets are in the vault, encrypted, and nowhere else. */
async function secrecyFindings(world: StormWorld): Promise<string[]> {
  const findings: string[] = [];
  const printed = world.printed + world.apps.map((app) => app?.output ?? '').join('');
  if (printed.includes(CANARY)) findings.push('a secret was printed');
  const tables = await world.sql<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    const [row] = await world.sql(
      `SELECT count(*)::int AS n FROM ${name} AS t WHERE t::text LIKE '%${CANARY}%'`,
    );
    if (row.n > 0) findings.push(`a secret is in ${name}`);
  }
  return findings;
}
