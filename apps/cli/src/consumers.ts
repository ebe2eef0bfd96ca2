import { ConsumerOffsets, EventLog } from '@sextant/platform';
import type { ConsumerProgress, ParkedStream } from '@sextant/platform';
import { EXIT_OK, EXIT_WRONG } from './command.js';
import type { Command } from './command.js';
import { table } from './table.js';
import { withContexts } from './with-database.js';

const ACTOR = 'cli';
const COUNT_COLUMNS = [1, 2, 3, 4, 5];

const list: Command = {
  name: 'consumers',
  operands: [],
  options: [],
  summary: 'how far each event consumer is, and which streams it has parked',
  run: ({ line }) =>
    withContexts(async (contexts) => {
      const offsets = contexts.get(ConsumerOffsets);
      const [consumers, parked] = [await offsets.progress(), await offsets.parked()];
      for (const text of describe(consumers, parked)) line(text);
      return { exitCode: parked.length === 0 ? EXIT_OK : EXIT_WRONG, json: { consumers, parked } };
    }),
};

const resume: Command = {
  name: 'consumers resume',
  operands: ['NAME', 'STREAM'],
  options: [],
  summary: 'lets a consumer try a parked stream again, from the event that failed',
  run: ({ operands: [consumer = '', stream = ''], line }) =>
    withContexts(async (contexts) => {
      await contexts.get(ConsumerOffsets).resume(consumer, stream, ACTOR);
      line(`${consumer} goes on with ${stream}, from the event that failed.`);
      return { exitCode: EXIT_OK, json: { consumer, stream, resumed: true } };
    }),
};

const stepOver: Command = {
  name: 'consumers step-over',
  operands: ['NAME', 'STREAM'],
  options: [],
  summary: 'leaves out, for good, the event that parked a stream',
  run: ({ operands: [consumer = '', stream = ''], line }) =>
    withContexts(async (contexts) => {
      await contexts.get(ConsumerOffsets).stepOver(consumer, stream, ACTOR);
      line(`${consumer} goes on with ${stream}, after the event that failed.`);
      return { exitCode: EXIT_OK, json: { consumer, stream, steppedOver: true } };
    }),
};

const replay: Command = {
  name: 'consumers replay',
  operands: ['NAME'],
  options: [],
  summary: 'removes the effect of a consumer and lets it handle every event again',
  run: ({ operands: [consumer = ''], line }) =>
    withContexts(async (contexts) => {
      await contexts.get(EventLog).replay(consumer, ACTOR);
      line(`${consumer} handles every event again.`);
      return { exitCode: EXIT_OK, json: { consumer, replayed: true } };
    }),
};

export const consumerCommands: readonly Command[] = [list, resume, stepOver, replay];

function describe(consumers: readonly ConsumerProgress[], parked: readonly ParkedStream[]): string[] {
  if (consumers.length === 0) return ['No event consumer has run on this database.'];
  const rows = consumers.map((row) => [
    row.consumer,
    ...[row.streams, row.handled, row.lag, row.retrying, row.parked].map((count) =>
      count.toLocaleString('en-US'),
    ),
  ]);
  return [
    ...table([['consumer', 'streams', 'handled', 'lag', 'retrying', 'parked'], ...rows], COUNT_COLUMNS),
    ...parked.map(
      ({ consumer, streamId, sequence, error }) =>
        `PARKED  ${consumer} ${streamId} at event ${sequence}: ${error}`,
    ),
  ];
}
