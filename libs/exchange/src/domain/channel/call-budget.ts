import type { CallClass, CallIntent } from './call-intent.js';
import type { BudgetReading, BudgetRule } from './channel-profile.js';
import type { BudgetState } from './channel-state.js';
import { SpentWindow } from './spent-window.js';

/** Keys whose windows are kept without having been used for a while. */
const MOST_IDLE_WINDOWS = 1_000;

/** A venue may lower a limit in its headers, and raise it so many times: more would be a mistake, or malice. */
const MOST_RAISED = 10;

/** One limit as it applies to one key, or to the address. */
export interface BudgetLine {
  readonly rule: BudgetRule;
  readonly credentialId: string | null;
  readonly window: SpentWindow;
}

/** What a call has taken from its limits. */
export interface Charge {
  readonly lines: readonly BudgetLine[];
  readonly weight: number;
}

/** All limits of a venue. PROTECTIVE and CANCEL may spend everything, the others leave a reserve. */
export class CallBudget {
  private readonly windows = new Map<string, BudgetLine>();
  private readonly known = new Map<string, readonly BudgetLine[]>();

  /** @param reserve share of a limit that ENTRY leaves; RECONCILE leaves half of it, DATA twice as much. */
  constructor(
    private readonly rules: readonly BudgetRule[],
    private readonly reserve: number,
  ) {}

  /** The limits that the call counts against. */
  linesOf(intent: CallIntent): readonly BudgetLine[] {
    const kind = placesOrders(intent.class) ? 'P' : 'Q';
    const key = `${kind}${intent.bucket}\n${intent.credentialId ?? ''}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const lines = this.rules
      .filter((rule) => applies(rule, intent))
      .map((rule) => this.lineOf(rule, rule.scope === 'ADDRESS' ? null : intent.credentialId));
    this.known.set(key, lines);
    return lines;
  }

  /** The first limit under which the call does not fit now, or null. */
  obstacle(intent: CallIntent, nowMs: number): BudgetLine | null {
    for (const line of this.linesOf(intent)) {
      const cost = costOf(line.rule, intent.weight);
      if (!line.window.fits(cost, this.ceiling(line, intent.class, cost), nowMs)) return line;
    }
    return null;
  }

  /** How long until the call fits, as far as that is known. */
  waitMs(intent: CallIntent, nowMs: number): number {
    let longest = 0;
    for (const line of this.linesOf(intent)) {
      const cost = costOf(line.rule, intent.weight);
      longest = Math.max(longest, line.window.waitMs(cost, this.ceiling(line, intent.class, cost), nowMs));
    }
    return longest;
  }

  /** True for a call heavier than a whole limit: waiting does not help. */
  isTooHeavy(intent: CallIntent): boolean {
    return this.linesOf(intent).some(({ rule, window }) => costOf(rule, intent.weight) > window.limit);
  }

  take(intent: CallIntent): Charge {
    const lines = this.linesOf(intent);
    for (const { rule, window } of lines) window.take(costOf(rule, intent.weight));
    return { lines, weight: intent.weight };
  }

  settle({ lines, weight }: Charge, nowMs: number): void {
    for (const { rule, window } of lines) window.settle(costOf(rule, weight), nowMs);
  }

  refund({ lines, weight }: Charge): void {
    for (const { rule, window } of lines) window.refund(costOf(rule, weight));
  }

  /** What the venue's headers say of its limits, in an answer to a call of `credentialId`. */
  observe(readings: readonly BudgetReading[], credentialId: string | null, nowMs: number): void {
    for (const { rule: name, used, limit } of readings) {
      const rule = this.rules.find((candidate) => candidate.name === name);
      if (rule === undefined || (rule.scope === 'CREDENTIAL' && credentialId === null)) continue;
      const { window } = this.lineOf(rule, rule.scope === 'ADDRESS' ? null : credentialId);
      if (limit !== undefined && limit >= 1) window.limit = Math.min(limit, rule.limit * MOST_RAISED);
      if (Number.isFinite(used)) window.observe(Math.min(used, window.limit), nowMs);
    }
  }

  /** What this class may spend of the line in all. A call heavier than that may go when it is alone. */
  ceiling({ rule, window }: BudgetLine, callClass: CallClass, weight: number): number {
    const isShared = rule.buckets.some((bucket) => bucket !== 'marketData');
    const kept = isShared ? window.limit * this.reserve * RESERVES_LEFT[callClass] : 0;
    return Math.max(Math.floor(window.limit - kept), Math.min(weight, window.limit));
  }

  state(nowMs: number): BudgetState[] {
    return [...this.windows.values()].map((line) => {
      const { rule, credentialId, window } = line;
      const used = window.used(nowMs);
      const leftForEntries = Math.max(0, this.ceiling(line, 'ENTRY', 0) - used);
      return {
        rule: rule.name,
        credentialId,
        limit: window.limit,
        windowMs: rule.windowMs,
        used,
        leftForEntries,
      };
    });
  }

  private lineOf(rule: BudgetRule, credentialId: string | null): BudgetLine {
    const key = `${rule.name}\n${credentialId ?? ''}`;
    const found = this.windows.get(key);
    if (found !== undefined) return found;
    const line = { rule, credentialId, window: new SpentWindow(rule.limit, rule.windowMs) };
    this.windows.set(key, line);
    return line;
  }

  /** Forgets keys that spent nothing for a window. */
  forgetIdle(nowMs: number): void {
    if (this.windows.size <= MOST_IDLE_WINDOWS) return;
    this.known.clear();
    for (const [key, { window }] of this.windows) if (window.isIdle(nowMs)) this.windows.delete(key);
  }
}

const RESERVES_LEFT = {
  PROTECTIVE: 0,
  CANCEL: 0,
  RECONCILE: 0.5,
  ENTRY: 1,
  DATA: 2,
} as const satisfies Record<CallClass, number>;

/** What a call of `weight` costs under the rule. */
export function costOf(rule: BudgetRule, weight: number): number {
  return rule.counts === 'CALLS' ? 1 : weight;
}

function applies(rule: BudgetRule, intent: CallIntent): boolean {
  if (!rule.buckets.includes(intent.bucket)) return false;
  if (rule.scope === 'CREDENTIAL' && intent.credentialId === null) return false;
  return rule.only === undefined || placesOrders(intent.class);
}

function placesOrders(callClass: CallClass): boolean {
  return callClass === 'ENTRY' || callClass === 'PROTECTIVE';
}
