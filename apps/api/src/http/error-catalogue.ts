import { exchangeErrors } from '@sextant/exchange';
import { executionErrors } from '@sextant/execution';
import { identityErrors } from '@sextant/identity';
import type { ErrorEntry, ErrorKind } from '@sextant/kernel';
import { kernelErrors } from '@sextant/kernel';
import { marketDataErrors } from '@sextant/market-data';
import {
  commitErrors,
  configErrors,
  databaseErrors,
  eventLogErrors,
  idempotencyErrors,
  jobErrors,
  lifecycleErrors,
  ownershipErrors,
  pagingErrors,
} from '@sextant/platform';
import { portfolioErrors } from '@sextant/portfolio';
import { riskErrors } from '@sextant/risk';
import { httpErrors, STATUS_BY_CODE } from './http-errors.js';

/** Every code the API can answer with. A context adds its own line. */
const catalogues: readonly Readonly<Record<string, ErrorEntry>>[] = [
  commitErrors,
  configErrors,
  databaseErrors,
  eventLogErrors,
  exchangeErrors,
  executionErrors,
  httpErrors,
  idempotencyErrors,
  identityErrors,
  jobErrors,
  kernelErrors,
  lifecycleErrors,
  marketDataErrors,
  ownershipErrors,
  pagingErrors,
  portfolioErrors,
  riskErrors,
];

const entries = new Map<string, ErrorEntry>(catalogues.flatMap((catalogue) => Object.entries(catalogue)));

const STATUS_BY_KIND: Record<ErrorKind, number> = {
  MALFORMED: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  TOO_LARGE: 413,
  REFUSED: 422,
  RATE_LIMITED: 429,
  UNAVAILABLE: 503,
};

export function errorEntry(code: string): ErrorEntry | undefined {
  return entries.get(code);
}

/** HTTP status of a code. @throws Error when no catalogue has it. */
export function statusOf(code: string): number {
  const entry = entries.get(code);
  if (entry === undefined) throw new Error(`${code} stands in no error catalogue`);
  return STATUS_BY_CODE[code] ?? STATUS_BY_KIND[entry.kind];
}

export function errorCodes(): string[] {
  return [...entries.keys()].sort();
}
