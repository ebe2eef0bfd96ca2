import type { OutcomeCode } from '../../domain/outcome-codes.js';
import type { Answer } from '../../domain/channel/venue-answer.js';
import { parseExactJson } from './exact-json.js';

/** What a venue's code means for a request that may have had an effect. A row is written, never guessed from a class. */
export interface TableRow {
  code: OutcomeCode;
  /** REFUSED: the request had no effect, for certain. UNKNOWN: it may have had one. */
  verdict: 'REFUSED' | 'UNKNOWN';
  /** Venues that put many reasons under one code: the first pattern found in the text decides. */
  texts?: readonly (readonly [pattern: RegExp, row: Omit<TableRow, 'texts'>])[];
}

/** Rows by the venue's own code, or by `HTTP <status>` for answers without one. */
export type AnswerTable = Readonly<Record<string, TableRow>>;

/** The venue's code and words, out of an answer that says no. */
export interface RawNo {
  code: string;
  text: string;
}

export type Verdict =
  { kind: 'ACCEPTED'; json: unknown } | { kind: 'REFUSED' | 'UNKNOWN'; code: OutcomeCode; raw: RawNo };

export interface AnswerReader {
  table: AnswerTable;
  /** Null when the answer says yes. `json` is what the body holds. */
  readNo(json: unknown, status: number, body: string): RawNo | null;
}

export const no = (code: OutcomeCode): TableRow => ({ code, verdict: 'REFUSED' });
export const unsure = (code: OutcomeCode): TableRow => ({ code, verdict: 'UNKNOWN' });

/** Statuses that every venue's edge gives before its engine has seen anything. */
export const EDGE_STATUSES: AnswerTable = {
  'HTTP 401': no('CREDENTIAL_INVALID'),
  'HTTP 403': no('LOCATION_RESTRICTED'),
  'HTTP 418': no('RATE_LIMITED'),
  'HTTP 429': no('RATE_LIMITED'),
  'HTTP 451': no('LOCATION_RESTRICTED'),
};

/** The venue's code and words, for people; what it left out is not said. */
export function wordsOf({ code, text }: RawNo): string {
  const told = [code, text].filter((part) => !/^(undefined|null|)$/.test(part));
  return told.length === 0 ? 'The venue gives no reason.' : told.join(': ').slice(0, 300);
}

/**
 * Decides by the raw answer alone. Anything that no row lists is UNKNOWN; so is every 5xx, whatever its body says: a
 * gateway that fails after the engine took the order answers with one, too.
 */
export function judge({ status, body }: Pick<Answer, 'status' | 'body'>, reader: AnswerReader): Verdict {
  const json = jsonOf(body);
  if (status >= 200 && status < 300) {
    if (json === undefined) return unreadable(status, body);
    const raw = reader.readNo(json, status, body);
    return raw === null ? { kind: 'ACCEPTED', json } : byRow(reader.table[raw.code], raw);
  }
  const raw = (json === undefined ? null : reader.readNo(json, status, body)) ?? {
    code: `HTTP ${status}`,
    text: textOnly(body),
  };
  const row = reader.table[raw.code] ?? reader.table[`HTTP ${status}`];
  if (status >= 500 && row?.verdict !== 'UNKNOWN') return { kind: 'UNKNOWN', code: 'VENUE_ERROR', raw };
  return byRow(row, raw);
}

function byRow(row: TableRow | undefined, raw: RawNo): Verdict {
  if (row === undefined) return { kind: 'UNKNOWN', code: 'UNLISTED_ANSWER', raw };
  const { verdict, code } = row.texts?.find(([pattern]) => pattern.test(raw.text))?.[1] ?? row;
  return { kind: verdict, code, raw };
}

function unreadable(status: number, body: string): Verdict {
  const raw = { code: `HTTP ${status}`, text: textOnly(body) };
  return { kind: 'UNKNOWN', code: 'UNREADABLE_ANSWER', raw };
}

function jsonOf(body: string): unknown {
  try {
    return parseExactJson(body);
  } catch {
    return undefined;
  }
}

/** The start of a body that is not the venue's usual JSON, on one line. */
function textOnly(body: string): string {
  return body.slice(0, 200).replace(/\s+/g, ' ').trim();
}
