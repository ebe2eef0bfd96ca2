import { DomainError } from '@sextant/kernel';
import type { ConformanceCase } from './conformance-case.js';
import { openWorld } from './conformance-world.js';
import type { ConformanceWorld } from './conformance-world.js';
import { amendCases } from './amend-cases.js';
import { conditionCases } from './condition-cases.js';
import { dataCases } from './data-cases.js';
import { termCases } from './term-cases.js';
import { orderCases } from './order-cases.js';
import { safetyCases } from './safety-cases.js';
import type { ConformanceTarget } from './venue-under-test.js';

/** The suite. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...orderCases,
  ...termCases,
  ...conditionCases,
  ...amendCases,
  ...safetyCases,
  ...dataCases,
];

export interface CaseReport {
  name: string;
  result: 'PASSED' | 'FAILED' | 'SKIPPED';
  /** Why it failed or was skipped. */
  detail: string;
  durationMs: number;
}

export interface ConformanceReport {
  target: string;
  passed: number;
  failed: number;
  skipped: number;
  cases: CaseReport[];
}

/** Runs every case against a venue of its own, one after the other. */
export async function runConformance(target: ConformanceTarget): Promise<ConformanceReport> {
  const cases: CaseReport[] = [];
  let isThere: boolean | null = null;
  for (const conformanceCase of conformanceCases) {
    const startedAt = performance.now();
    // A venue that never opened is not asked again for each case: each would wait as long.
    const { result, detail, opened }: Tried =
      isThere === false ? NOT_THERE : await tryCase(target, conformanceCase);
    isThere ??= opened;
    cases.push({
      name: conformanceCase.name,
      result,
      detail,
      durationMs: Math.round(performance.now() - startedAt),
    });
  }
  const count = (wanted: CaseReport['result']) => cases.filter(({ result }) => result === wanted).length;
  const [passed, failed, skipped] = [count('PASSED'), count('FAILED'), count('SKIPPED')];
  return { target: target.name, passed, failed, skipped, cases };
}

interface Tried extends Pick<CaseReport, 'result' | 'detail'> {
  /** Null where nobody tried. */
  opened: boolean | null;
}

const NOT_THERE: Tried = { result: 'SKIPPED', detail: 'the venue did not open', opened: false };

/** One case against a venue of its own. Never rejects: what went wrong is in the report. */
export async function runCase(
  target: ConformanceTarget,
  conformanceCase: ConformanceCase,
): Promise<Pick<CaseReport, 'result' | 'detail'>> {
  const { result, detail } = await tryCase(target, conformanceCase);
  return { result, detail };
}

async function tryCase(target: ConformanceTarget, conformanceCase: ConformanceCase): Promise<Tried> {
  if (target.live === true && (conformanceCase.trades === true || conformanceCase.provokes === true)) {
    return { result: 'SKIPPED', detail: 'not against a real account', opened: null };
  }
  let world: ConformanceWorld;
  try {
    world = await openWorld(target);
  } catch (error) {
    return { result: 'FAILED', detail: `the venue does not open: ${reasonOf(error)}`, opened: false };
  }
  try {
    const missing = missingIn(world, conformanceCase);
    if (missing !== null) return { result: 'SKIPPED', detail: missing, opened: true };
    await conformanceCase.run(world);
    return { result: 'PASSED', detail: '', opened: true };
  } catch (error) {
    const detail = (error as Error).message.split('\n').slice(0, 12).join('\n');
    return { result: 'FAILED', detail, opened: true };
  } finally {
    await world.session.close();
    await world.close();
  }
}

/** Our errors keep what the venue or the network said beside the message. */
function reasonOf(error: unknown): string {
  const { message } = error as Error;
  const said = error instanceof DomainError ? error.context['detail'] : undefined;
  return typeof said === 'string' ? `${message} ${said}` : message;
}

/** What the case is about and the venue does not have, or needs and the fixture does not have; null when all is there. */
export function missingIn(world: ConformanceWorld, { needs = [], lacks }: ConformanceCase): string | null {
  const lacking = lacks?.(world.session.traits) ?? null;
  if (lacking !== null) return `the venue has no ${lacking}`;
  const wanted = typeof needs === 'string' ? [needs] : needs;
  const missing = wanted.find((need) =>
    need === 'marketData' ? world.gateway.marketData === undefined : world[need] === undefined,
  );
  return missing === undefined ? null : `the fixture has no ${missing}`;
}
