import type { Metrics, Redis } from '@sextant/platform';
import type { BudgetLine, CallBudget, Charge } from '../../domain/channel/call-budget.js';
import { costOf } from '../../domain/channel/call-budget.js';
import type { CallClass } from '../../domain/channel/call-intent.js';

const PARTS = 60;

/**
 * Takes from all windows or from none. Each is a hash: part number → spent in that part; time is Redis's own. ARGV: parts, then
 * for each key: window in ms, cost, ceiling. Answers -1 when taken, else the milliseconds until it may be worth trying again.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local parts = tonumber(ARGV[1])
local wait = -1
for i, key in ipairs(KEYS) do
  local partMs = tonumber(ARGV[3 * i - 1]) / parts
  local cost, ceiling = tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
  local oldest = math.floor(now / partMs) - parts
  local spent, kept = 0, {}
  local flat = redis.call('HGETALL', key)
  for j = 1, #flat, 2 do
    local part = tonumber(flat[j])
    if part < oldest then redis.call('HDEL', key, flat[j])
    else spent = spent + tonumber(flat[j + 1]); kept[#kept + 1] = { part, tonumber(flat[j + 1]) } end
  end
  local excess = spent + cost - ceiling
  if excess > 0 then
    table.sort(kept, function(a, b) return a[1] < b[1] end)
    for _, entry in ipairs(kept) do
      excess = excess - entry[2]
      if excess <= 0 then wait = math.max(wait, (entry[1] + parts + 1) * partMs - now); break end
    end
  end
end
if wait >= 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  local windowMs = tonumber(ARGV[3 * i - 1])
  local partMs = windowMs / parts
  redis.call('HINCRBYFLOAT', key, math.floor(now / partMs), ARGV[3 * i])
  redis.call('PEXPIRE', key, math.ceil(2 * windowMs))
end
return -1`;

/** Gives back to the latest part what a call has taken and not sent. */
const GIVE_BACK = `
for i, key in ipairs(KEYS) do
  local latest = nil
  for _, part in ipairs(redis.call('HKEYS', key)) do
    if latest == nil or tonumber(part) > tonumber(latest) then latest = part end
  end
  if latest then redis.call('HINCRBYFLOAT', key, latest, '-' .. ARGV[i]) end
end`;

/**
 * The budgets of all processes together. While Redis is not to be had each process counts for itself, and the
 * venue's headers tell it what the others spent.
 */
export class SharedBudget {
  constructor(
    private readonly redis: Redis,
    private readonly metrics: Metrics,
    private readonly venue: string,
  ) {}

  /** 0 when all limits have room and were charged, else how long they have not. */
  async take(charge: Charge, callClass: CallClass, budget: CallBudget): Promise<number> {
    const { lines, weight } = charge;
    if (lines.length === 0) return 0;
    const terms = lines.flatMap((line) => {
      const cost = costOf(line.rule, weight);
      return [line.window.windowMs, cost, budget.ceiling(line, callClass, cost)];
    });
    const waitMs = await this.redis.attempt(
      (client) => client.eval(TAKE, lines.length, ...this.keys(lines), PARTS, ...terms) as Promise<number>,
    );
    if (waitMs === undefined) this.metrics.increment('rate_limits_local_total', { bucket: 'venue' });
    return waitMs === undefined || waitMs < 0 ? 0 : Math.max(1, waitMs);
  }

  /** Nothing left this process. */
  async giveBack({ lines, weight }: Charge): Promise<void> {
    if (lines.length === 0) return;
    const costs = lines.map(({ rule }) => costOf(rule, weight));
    await this.redis.attempt((client) => client.eval(GIVE_BACK, lines.length, ...this.keys(lines), ...costs));
  }

  private keys(lines: readonly BudgetLine[]): string[] {
    return lines.map(({ rule, credentialId }) => `venue:${this.venue}:${rule.name}:${credentialId ?? ''}`);
  }
}
