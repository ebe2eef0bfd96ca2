import type { EpochMs } from '@sextant/kernel';

/** From `from` on, up to but without `to`. */
export interface Span {
  from: EpochMs;
  to: EpochMs;
}

/** The same time in as few spans as it takes, in order. */
export function joined(spans: readonly Span[]): Span[] {
  const ordered = spans.filter(({ from, to }) => from < to).sort((a, b) => a.from - b.from);
  const result: Span[] = [];
  for (const span of ordered) {
    const last = result.at(-1);
    if (last !== undefined && span.from <= last.to) last.to = Math.max(last.to, span.to);
    else result.push({ ...span });
  }
  return result;
}

/** What of `within` none of the spans holds; `known` is joined. */
export function missing(known: readonly Span[], within: Span): Span[] {
  const gaps: Span[] = [];
  let from = within.from;
  for (const span of known) {
    if (span.to <= from) continue;
    if (span.from >= within.to) break;
    if (span.from > from) gaps.push({ from, to: span.from });
    from = span.to;
  }
  if (from < within.to) gaps.push({ from, to: within.to });
  return gaps;
}

/** What is left of the spans without `cut`. */
export function without(spans: readonly Span[], cut: Span): Span[] {
  return spans.flatMap((span) => missing([cut], span));
}

/** Whether one of the spans, which are joined, holds all of `span`. */
export function covers(known: readonly Span[], span: Span): boolean {
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((known[middle] as Span).to < span.to) low = middle + 1;
    else high = middle;
  }
  const holder = known[low];
  return holder !== undefined && holder.from <= span.from && span.to <= holder.to;
}
