import type { Result } from './run-schedule.js';

/** How often each kind of fault struck, and in how many schedules. */
export function coverageTable(results: readonly Result[]): string {
  const rows = new Map<string, { times: number; schedules: number }>();
  for (const { struck } of results) {
    for (const [name, times] of struck) {
      const row = rows.get(name) ?? { times: 0, schedules: 0 };
      rows.set(name, { times: row.times + times, schedules: row.schedules + 1 });
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([name, { times, schedules }]) => `| ${name} | ${times} | ${schedules} |`);
  return ['| fault | struck | schedules |', '| --- | ---: | ---: |', ...lines, ''].join('\n');
}
