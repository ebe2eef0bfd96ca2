import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** Short leases and windows, no limit on the pace of requests, and the permission to rehearse. */
export const VARIABLES: Record<string, string> = {
  SEXTANT_ENV: 'test',
  SEXTANT__APP__LOGLEVEL: 'WARN',
  SEXTANT__DATABASE__POOLMIN: '1',
  SEXTANT__DATABASE__POOLMAX: '10',
  SEXTANT__OWNERSHIP__BEATMS: '150',
  SEXTANT__OWNERSHIP__LEASEMS: '1000',
  SEXTANT__MARKETDATA__REPLAY__SPEED: '2',
  SEXTANT__API__RATELIMITPERMINUTE: '1000000',
  SEXTANT__HTTP__ADDRESSPERMINUTE: '1000000',
  SEXTANT__HTTP__ORDERSPERMINUTE: '1000000',
  SEXTANT__HTTP__CANCELSPERMINUTE: '1000000',
  SEXTANT__EXCHANGE__ALLOWCUSTOMENDPOINTS: 'true',
  SEXTANT__EXECUTION__LIVETRADING: 'true',
  SEXTANT__EXECUTION__ATTEMPTWINDOWMS: '1500',
  // More often, and the venue's budget of calls would be spent on it.
  SEXTANT__EXECUTION__RECONCILEINTERVALMS: '5000',
  SEXTANT__EXCHANGE__TIMEOUTMS: '4000',
  SEXTANT__EXCHANGE__HEADERSTIMEOUTMS: '3000',
  SEXTANT__EXCHANGE__QUEUEWAITMS: '3000',
  NODE_COMPILE_CACHE: path.join(ROOT, '.cache', 'v8'),
};

/** How long everything may take to come to rest: the venue's window, its lag, the clocks, and five seconds. */
export const SETTLE_MS = 40_000;
/** A schedule that takes longer has hung. */
export const SCHEDULE_MS = 300_000;
const MOST_PATIENCE = 6;

/** So many times as long as on an idle machine: others may want its cores as well. Grows and shrinks with the load. */
export function patient(ms: number): number {
  const [minute = 0] = loadavg();
  return ms * Math.min(MOST_PATIENCE, Math.max(1, minute / availableParallelism()));
}
