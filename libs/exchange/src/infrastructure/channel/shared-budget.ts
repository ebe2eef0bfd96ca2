import { createHash } from 'node:crypto';
import type { Metrics, Redis } from '@sextant/platform';
import type { BudgetLine, CallBudget, Charge } from '../../domain/channel/call-budget.js';
import { costOf } from '../../domain/channel/call-budget.js';
import type { CallIntent } from '../../domain/channel/call-intent.js';

const PARTS = 60;

/**
 * Takes from all windows or from none. Each is a hash: part number → spent in that part; time is Redis's own.
 * What is under way stands in the part in which it must have ended: a process that dies gives it back late,
 * never early. ARGV: parts, hold in ms, then for each key: window in ms, cost, ceiling. Answers the parts it
 * stands in, or a negative number: after how many milliseconds it may be worth trying again.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local parts, hold = tonumber(ARGV[1]), tonumber(ARGV[2])
local wait = 0
for i, key in ipairs(KEYS) do
  local partMs = tonumber(ARGV[3 * i]) / parts
  local cost, ceiling = tonumber(ARGV[3 * i + 1]), tonumber(ARGV[3 * i + 2])
  local current = math.floor(now / partMs)
  local spent, kept = 0, {}
  local flat = redis.call('HGETALL', key)
  for j = 1, #flat, 2 do
    local part, weight = tonumber(flat[j]), tonumber(flat[j + 1])
    if part < current - parts then redis.call('HDEL', key, flat[j])
    else spent = spent + weight; kept[#kept + 1] = { part, weight } end
  end
  local excess = spent + cost - ceiling
  if excess > 0 then
    table.sort(kept, function(a, b) return a[1] < b[1] end)
    local need = partMs
    for _, entry in ipairs(kept) do
      excess = excess - entry[2]
      if excess <= 0 then
        if entry[1] <= current then need = (entry[1] + parts + 1) * partMs - now end
        break
      end
    end
    wait = math.max(wait, math.ceil(need), 1)
  end
end
if wait > 0 then return -wait end
local taken = {}
for i, key in ipairs(KEYS) do
  local windowMs = tonumber(ARGV[3 * i])
  taken[i] = math.floor((now + hold) * parts / windowMs)
  redis.call('HINCRBYFLOAT', key, taken[i], ARGV[3 * i + 1])
  redis.call('PEXPIRE', key, math.ceil(2 * windowMs + hold))
end
return taken`;

/**
 * What was under way is counted now (ARGV[2] is 1) or given back (0). ARGV: parts, that, then window, cost,
 * part.
 */
const END = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i, key in ipairs(KEYS) do
  local windowMs, cost, part = tonumber(ARGV[3 * i]), ARGV[3 * i + 1], ARGV[3 * i + 2]
  if redis.call('HEXISTS', key, part) == 1 then redis.call('HINCRBYFLOAT', key, part, '-' .. cost) end
  if ARGV[2] == '1' then
    redis.call('HINCRBYFLOAT', key, math.floor(now * tonumber(ARGV[1]) / windowMs), cost)
    redis.call('PEXPIRE', key, math.ceil(2 * windowMs))
  end
end`;

/** What one call holds in Redis. */
export interface SharedCharge {
  readonly charge: Charge;
  readonly parts: readonly number[];
}

/**
 * The budgets of all processes together. While Redis is not to be had each process counts for itself, and the
 * venue's headers tell it what the others spent.
 */
export class SharedBudget {
  private readonly names = new WeakMap<BudgetLine, string>();

  constructor(
    private readonly redis: Redis,
    private readonly metrics: Metrics,
    private readonly venue: string,
  ) {}

  /** A number: so many milliseconds until it may be worth trying again. Null: Redis is not to be had. */
  async take(
    charge: Charge,
    intent: CallIntent,
    budget: CallBudget,
    holdMs: number,
  ): Promise<SharedCharge | number | null> {
    const { lines, weight } = charge;
    if (lines.length === 0) return null;
    const terms = lines.flatMap((line) => {
      const cost = costOf(line.rule, weight);
      return [line.window.windowMs, cost, budget.ceiling(line, intent.class, cost)];
    });
    const reply = await this.redis.attempt(
      (client) =>
        client.eval(TAKE, lines.length, ...this.keys(lines), PARTS, holdMs, ...terms) as Promise<unknown>,
    );
    if (Array.isArray(reply)) return { charge, parts: reply as number[] };
    if (typeof reply === 'number') return Math.abs(reply);
    this.metrics.increment('rate_limits_local_total', { bucket: 'venue' });
    return null;
  }

  /** The call was counted by the venue just now, or nothing of it left. Nobody waits for this. */
  async end({ charge: { lines, weight }, parts }: SharedCharge, wasCounted: boolean): Promise<void> {
    const terms = lines.flatMap(({ rule, window }, index) => [
      window.windowMs,
      costOf(rule, weight),
      parts[index] ?? 0,
    ]);
    const counted = wasCounted ? 1 : 0;
    await this.redis.attempt((client) =>
      client.eval(END, lines.length, ...this.keys(lines), PARTS, counted, ...terms),
    );
  }

  private keys(lines: readonly BudgetLine[]): string[] {
    return lines.map((line) => {
      const known = this.names.get(line);
      if (known !== undefined) return known;
      const name = `venue:${this.venue}:${line.rule.name}:${unreadable(line.credentialId)}`;
      this.names.set(line, name);
      return name;
    });
  }
}

/** Redis is told no id as it is. */
function unreadable(credentialId: string | null): string {
  return credentialId === null
    ? ''
    : createHash('sha256').update(credentialId).digest('base64url').slice(0, 22);
}
