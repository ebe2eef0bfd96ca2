import type { TransactionView } from '@sextant/portfolio';
import type { CsvCell, CsvColumns } from '../http/index.js';
import { iso } from './position-answers.js';

/** One change of one asset: a spreadsheet has one amount a row. */
export interface TransactionLine {
  transaction: TransactionView;
  change: { asset: string; amount: string };
}

export async function* transactionLines(
  transactions: AsyncIterable<TransactionView>,
): AsyncGenerator<TransactionLine> {
  for await (const transaction of transactions) {
    for (const change of transaction.changes) yield { transaction, change };
  }
}

/** What a memo says of a fill, a fee or a correction; the column is empty where it says nothing. */
const OF_MEMO = [
  ...['symbol', 'side', 'quantity', 'notional', 'feeAsset', 'fee', 'feeValue', 'role', 'strategy'],
  ...['orderId', 'venueTradeId', 'reason'],
];

export const TRANSACTION_COLUMNS: CsvColumns<TransactionLine> = {
  occurredAt: ({ transaction }) => iso(transaction.occurredAt),
  kind: ({ transaction }) => transaction.kind,
  asset: ({ change }) => change.asset,
  amount: ({ change }) => change.amount,
  ...Object.fromEntries(OF_MEMO.map((name) => [name, (line: TransactionLine) => memoText(line, name)])),
  accountId: ({ transaction }) => transaction.accountId,
  transactionId: ({ transaction }) => transaction.transactionId,
  reference: ({ transaction }) => transaction.reference,
};

function memoText({ transaction }: TransactionLine, name: string): CsvCell {
  const value = transaction.memo[name] ?? null;
  return value === null || typeof value === 'object' ? null : String(value);
}
