import type { EpochMs } from '@sextant/kernel';
import { UnreadableAnswer } from '../ccxt/exact-json.js';
import { textOf } from '../ccxt/exact-values.js';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;
/** 2009 to 2100: nothing was traded before. */
const EARLIEST: EpochMs = 1_230_768_000_000;
const LATEST: EpochMs = 4_102_444_800_000;

/** ISO 8601 with an offset, cut off to milliseconds. @throws UnreadableAnswer */
export function isoTimeOf(value: unknown, what: string): EpochMs {
  const text = textOf(value, what, 40);
  const at = ISO_TIME.test(text) ? Date.parse(text) : NaN;
  if (!(at > EARLIEST && at < LATEST)) throw new UnreadableAnswer(`${what} is no time`);
  return at;
}
