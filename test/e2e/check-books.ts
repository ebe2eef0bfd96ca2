import { setTimeout as delay } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { eventFindings, ledgerChainFindings } from './books/chains.js';
import { executionFindings } from './books/executions.js';
import { ledgerFindings } from './books/ledger.js';
import { orderFindings } from './books/orders.js';
import { readBooks, readSnapshot } from './books/read-books.js';
import { venueFindings } from './books/venue.js';

/**
 * Checks the books of all accounts in a database with arithmetic and hashing of its own, and says what is wrong.
 * It expects a world at rest: an order that is under way is a finding.
 */
export async function checkBooks(where: string | ClientBase): Promise<string[]> {
  const books = await (typeof where === 'string' ? readSnapshot(where) : readBooks(where));
  const findings = books.logStreams.flatMap(({ stream, events }) => [
    ...eventFindings(stream['stream_id'], events, stream),
  ]);
  for (const account of books.accounts) {
    findings.push(
      ...eventFindings(account.accountId, account.events, account.stream),
      ...ledgerChainFindings(account),
      ...ledgerFindings(account),
      ...orderFindings(account),
      ...executionFindings(account),
      // What an exchange elsewhere has is in no table here: chaos-venue.ts compares with its journal.
      ...(account.venue === 'PAPER' ? venueFindings(account) : []),
    );
  }
  return findings;
}

/** The findings that are left when the world has come to rest: none, or those that stay for `timeoutMs`. */
export async function lastingFindings(url: string, timeoutMs = 20_000): Promise<string[]> {
  for (const deadline = Date.now() + timeoutMs; ;) {
    const findings = await checkBooks(url);
    if (findings.length === 0 || Date.now() > deadline) return findings;
    await delay(100);
  }
}
