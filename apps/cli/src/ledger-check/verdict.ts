export interface ExportFailure {
  /** Of the file, counted from 1; null where no single line is wrong. */
  line: number | null;
  /** Place in the chain of the entry that is wrong, and its id where it can be read. */
  sequence: number | null;
  transactionId: string | null;
  reason: string;
}

/** The verdict on an exported ledger. What is added up is what was verified, up to the failure. */
export interface ExportVerdict {
  accountId: string | null;
  entryCount: number;
  chainHead: string;
  /** Balances and positions that were found to be what the entries come to. */
  projectionCount: number;
  verified: boolean;
  failure: ExportFailure | null;
  balances: { account: string; asset: string; balance: string }[];
  totals: { asset: string; total: string }[];
}
