import { QueryBus } from '@nestjs/cqrs';
import { VerifyBooks } from '@sextant/portfolio';
import type { BookVerdict } from '@sextant/portfolio';
import { readAccountId } from './account-id.js';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { counted } from './table.js';
import { withContexts } from './with-database.js';

export const verify: Command = {
  name: 'verify',
  operands: [],
  options: ['account'],
  summary: 'makes every hash, sum and projection again and compares',
  run: ({ options, line }) => {
    const accountId = options.account === undefined ? null : readAccountId(options.account);
    return withContexts(async (contexts) => {
      const verdicts: BookVerdict[] = [];
      for await (const verdict of await contexts.get(QueryBus).execute(new VerifyBooks(accountId))) {
        verdicts.push(verdict);
        for (const text of describe(verdict)) line(text);
      }
      const wrong = verdicts.filter(({ findings }) => findings.length > 0);
      line(summarize(verdicts, wrong));
      return {
        exitCode: wrong.length === 0 ? EXIT_OK : EXIT_WRONG,
        json: { sound: wrong.length === 0, streams: verdicts },
      };
    });
  },
};

function describe({ streamId, isAccount, eventCount, entryCount, findings }: BookVerdict): string[] {
  const events = counted(eventCount, 'event');
  const seen = isAccount ? `${events}, ${counted(entryCount, 'ledger entry', 'ledger entries')}` : events;
  if (findings.length === 0) return [`ok     ${streamId}  ${seen}`];
  return [
    `WRONG  ${streamId}`,
    ...findings.map(({ part, detail }) => `       ${part.toLowerCase()}: ${detail}`),
  ];
}

function summarize(verdicts: readonly BookVerdict[], wrong: readonly BookVerdict[]): string {
  const accounts = verdicts.filter(({ isAccount }) => isAccount).length;
  const streams = verdicts.length - accounts;
  const seen = [counted(accounts, 'account'), ...(streams > 0 ? [counted(streams, 'other stream')] : [])];
  const entries = verdicts.reduce((sum, { entryCount }) => sum + entryCount, 0);
  const events = verdicts.reduce((sum, { eventCount }) => sum + eventCount, 0);
  const looked = `${seen.join(', ')}: ${counted(events, 'event')}, ${counted(entries, 'ledger entry', 'ledger entries')}`;
  return wrong.length === 0
    ? `${looked}. Every hash, sum and projection is as it was written.`
    : `${looked}. WRONG: ${wrong.map(({ streamId }) => streamId).join(', ')}.`;
}
