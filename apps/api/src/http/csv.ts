import { Readable } from 'node:stream';
import { applyDecorators, createParamDecorator, StreamableFile } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** A cell: text, or null for an empty one. Decimals stay as they are. */
export type CsvCell = string | null;

/** The columns of a table, by name, and what each shows of a row. */
export type CsvColumns<Row> = Readonly<Record<string, (row: Row) => CsvCell>>;

const TYPE = 'text/csv; charset=utf-8; header=present';

/** Operations that also answer CSV carry this in the document's making; it is turned into a media type. */
export const CSV_EXTENSION = 'x-csv';

/**
 * The route answers `text/csv` where `Accept` prefers it or `format=csv` asks for it: RFC 4180, a header row, CRLF, every
 * decimal with all its digits.
 */
export function CsvToo(): MethodDecorator {
  return applyDecorators(ApiExtension(CSV_EXTENSION, true));
}

/** Whether this request is to be answered as CSV; `format` decides before `Accept`. */
export const WantsCsv = createParamDecorator((_data: unknown, context: ExecutionContext): boolean => {
  const http = context.switchToHttp();
  void http.getResponse<FastifyReply>().header('Vary', 'Accept');
  const { headers, query } = http.getRequest<FastifyRequest>();
  const { format } = query as { format?: string };
  return format === undefined ? prefersCsv(headers.accept ?? '') : format === 'csv';
});

/** True when `text/csv` is named and nothing that JSON would satisfy is preferred to it. */
export function prefersCsv(accept: string): boolean {
  const ranges = accept.split(',').map(mediaRange);
  const weigh = (...types: string[]) =>
    Math.max(0, ...ranges.filter(({ type }) => types.includes(type)).map(({ quality }) => quality));
  const csv = weigh('text/csv');
  return csv > 0 && csv >= weigh('application/json', 'application/*', '*/*');
}

function mediaRange(text: string): { type: string; quality: number } {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const value = quality === undefined ? 1 : Number(quality);
  return { type, quality: value >= 0 && value <= 1 ? value : 0 };
}

/** The table as a file for the client to save, row by row as they come. */
export function csvFile<Row>(
  name: string,
  columns: CsvColumns<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
): StreamableFile {
  return new StreamableFile(Readable.from(csvLines(columns, rows)), {
    type: TYPE,
    disposition: `attachment; filename="${name.replaceAll(/[^\w.-]/g, '_')}.csv"`,
  });
}

/** Lines are joined into blocks: a stream of single lines costs far more than the lines. */
const BLOCK = 200;

export async function* csvLines<Row>(
  columns: CsvColumns<Row>,
  rows: Iterable<Row> | AsyncIterable<Row>,
): AsyncGenerator<string> {
  const cells = Object.values(columns);
  let block = [line(Object.keys(columns))];
  for await (const row of rows) {
    block.push(line(cells.map((cell) => cell(row))));
    if (block.length < BLOCK) continue;
    yield block.join('');
    block = [];
  }
  yield block.join('');
}

function line(cells: readonly CsvCell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** Sums are longer than any amount may be. */
const DECIMAL = /^-?\d{1,60}(\.\d{1,18})?$/;

const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** What a spreadsheet takes for a formula at the start of a cell, also of one that its own separator makes. */
const FORMULA = /(^|[,;\t\r\n|])(\s*)(?=[=+\-@＝＋－＠])/g;

/**
 * One cell of RFC 4180. A spreadsheet runs a cell that begins with = + - or @, so text that does gets an apostrophe before
 * it; a decimal may begin with its minus.
 */
export function csvCell(value: CsvCell): string {
  if (value === null) return '';
  if (DECIMAL.test(value)) return value;
  const inert = value.replaceAll(FORMULA, "$1$2'").replace(/^[\t\r\n]/, "'$&");
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
