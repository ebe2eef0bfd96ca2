import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  executionErrors,
  executionStatuses,
  executionTransitions,
  orderStatuses,
  orderTransitions,
} from '@sextant/execution';
import { riskErrors, riskRules } from '@sextant/risk';

const page = (name: string) =>
  readFileSync(path.join(import.meta.dirname, '../../docs/contexts', name), 'utf8');

/** The rows of the page's table whose head begins with `firstHead`, cells without back-ticks. */
function table(text: string, firstHead: string): string[][] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => line.split('|')[1]?.trim() === firstHead);
  const rows: string[][] = [];
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
  }
  return rows;
}

it('shows the transition table of orders as it is', () => {
  const shown = table(page('execution.md'), 'status');
  const actual = orderStatuses.map((status) => {
    const moves = Object.entries(orderTransitions[status]).map(([trigger, next]) => `${trigger} → ${next}`);
    return [status, moves.join(', ')];
  });
  expect(shown).toEqual(actual);
});

it('shows the transition table of executions as it is', () => {
  const actual = executionStatuses.map((status) => {
    const moves = Object.entries(executionTransitions[status]);
    return [status, moves.map(([trigger, next]) => `${trigger} → ${next}`).join(', ')];
  });
  expect(table(page('execution.md'), 'execution')).toEqual(actual);
});

it('names every code of the order path', () => {
  expect(table(page('execution.md'), 'code').map(([code]) => code)).toEqual(Object.keys(executionErrors));
});

it('describes every pre-trade rule, in the order in which they are asked', () => {
  expect(table(page('risk.md'), 'rule').map(([rule]) => rule)).toEqual([...riskRules]);
  for (const rule of riskRules) expect(Object.keys(riskErrors)).toContain(rule);
});
