import { createHash } from 'node:crypto';
import type { AccountBooks, Row } from './read-books.js';

const GENESIS = '0'.repeat(64);

/** A stream of events: numbered without a gap, chained, and ending where its row says. */
export function* eventFindings(
  name: string,
  events: readonly Row[],
  stream: Row | undefined,
): Generator<string> {
  let head = GENESIS;
  let sequence = 0;
  for (const event of events) {
    sequence += 1;
    if (Number(event['stream_seq']) !== sequence) {
      yield `${name}: event ${sequence} is missing`;
      sequence = Number(event['stream_seq']);
    }
    const { type, text, occurred_at, actor, trace_id, hash } = event;
    const facts = [name, sequence, type, (occurred_at as Date).getTime(), actor, trace_id];
    if (sha256(`${head}\n${JSON.stringify(facts)}\n${text}`) !== hash) {
      yield `${name}: event ${sequence} does not continue the chain`;
    }
    head = hash as string;
  }
  if (Number(stream?.['seq'] ?? -1) !== sequence)
    yield `${name}: the stream does not end at event ${sequence}`;
  if (stream?.['event_hash'] !== head) yield `${name}: the stream ends with another hash than its last event`;
}

/** The ledger's own chain, from its first transaction to the head that the account's stream keeps. */
export function* ledgerChainFindings(books: AccountBooks): Generator<string> {
  const { accountId, transactions, postings, stream } = books;
  const lines = Map.groupBy(postings, (posting) => posting['transaction_id'] as string);
  let head = GENESIS;
  let sequence = 0;
  for (const transaction of transactions) {
    sequence += 1;
    if (Number(transaction['chain_sequence']) !== sequence) {
      yield `${accountId}: ledger transaction ${sequence} is missing`;
      sequence = Number(transaction['chain_sequence']);
    }
    const id = transaction['transaction_id'] as string;
    if (transaction['previous_hash'] !== head)
      yield `${accountId}: ${id} does not continue the ledger's chain`;
    if (transactionHash(accountId, transaction, lines.get(id) ?? []) !== transaction['hash']) {
      yield `${accountId}: ${id} is not what was hashed`;
    }
    head = transaction['hash'] as string;
  }
  if (Number(stream?.['ledger_seq'] ?? -1) !== sequence || stream?.['ledger_hash'] !== head) {
    yield `${accountId}: the ledger ends elsewhere than its stream says`;
  }
}

function transactionHash(accountId: string, transaction: Row, lines: readonly Row[]): string {
  return sha256(
    `${transaction['previous_hash']}\n${sortedJson({
      accountId,
      chainSequence: Number(transaction['chain_sequence']),
      kind: transaction['kind'],
      memo: transaction['memo'],
      occurredAt: (transaction['occurred_at'] as Date).getTime(),
      postings: lines.map(({ account, amount, asset }) => ({ account, amount, asset })),
      reference: transaction['reference'],
      transactionId: transaction['transaction_id'],
    })}`,
  );
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, node: unknown) =>
    node === null || typeof node !== 'object' || Array.isArray(node)
      ? node
      : Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
