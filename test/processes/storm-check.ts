import { eventHash, GENESIS_HASH } from '@sextant/platform';
import type pg from 'pg';
import { group } from './group.js';

interface LoggedEvent {
  stream_id: string;
  stream_seq: string;
  type: string;
  payload: { operation: string; session: string; k: number; epoch: number };
  text: string;
  occurred_ms: string;
  actor: string | null;
  trace_id: string | null;
  hash: string;
}

/** Everything the storm left behind. */
export interface Aftermath {
  events: Map<string, LoggedEvent[]>;
  streams: { account_id: string; seq: string; event_hash: string }[];
  operations: { account_id: string; operation: string }[];
  last: { account_id: string; operation: string; k: string }[];
  effects: { consumer: string; stream_id: string; sequence: string }[];
}

export async function aftermath(client: pg.Client): Promise<Aftermath> {
  const rows = async <R extends pg.QueryResultRow>(sql: string) => (await client.query<R>(sql)).rows;
  const events = await rows<LoggedEvent>(
    `SELECT stream_id, stream_seq, type, payload, payload::text AS text, actor, trace_id, hash,
            (extract(epoch FROM occurred_at) * 1000)::bigint AS occurred_ms
     FROM event_log ORDER BY stream_id, stream_seq`,
  );
  return {
    events: group(events, ({ stream_id }) => stream_id),
    streams: await rows(
      `SELECT account_id, seq, event_hash FROM account_stream
       UNION ALL SELECT stream_id, seq, event_hash FROM log_stream`,
    ),
    operations: await rows('SELECT account_id, operation FROM storm_operation'),
    last: await rows('SELECT account_id, operation, k FROM storm_last'),
    effects: await rows('SELECT consumer, stream_id, sequence FROM storm_effect ORDER BY id'),
  };
}

/** What is wrong with the log and the accounts' tables; empty when nothing is. */
export function faultsOfLog(
  state: Aftermath,
  acknowledged: readonly string[],
  refused: readonly string[] = [],
): string[] {
  const faults: string[] = [];
  for (const { account_id: account, seq, event_hash } of state.streams) {
    const events = state.events.get(account) ?? [];
    if (events.length !== Number(seq))
      faults.push(`${account}: ${events.length} events, the stream says ${seq}`);
    if ((events.at(-1)?.hash ?? GENESIS_HASH) !== event_hash) faults.push(`${account}: another last hash`);
    faults.push(...faultsOfStream(account, events));
  }
  faults.push(...faultsOfTables(state));
  const logged = new Set<string>();
  for (const [account, events] of state.events) {
    for (const { payload } of events) logged.add(`${account} ${payload.operation}`);
  }
  for (const operation of refused)
    if (logged.has(operation)) faults.push(`refused, and yet written: ${operation}`);
  for (const operation of acknowledged)
    if (!logged.has(operation)) faults.push(`acknowledged and lost: ${operation}`);
  return faults;
}

/** Gaps, altered events, reordering within a session, a session that writes after its successor, epochs that fall. */
function faultsOfStream(account: string, events: readonly LoggedEvent[]): string[] {
  const faults: string[] = [];
  const ended = new Set<string>();
  const operations = new Set<string>();
  let [previous, before] = [GENESIS_HASH, events[0]];
  events.forEach((event, index) => {
    const { operation, session, k, epoch } = event.payload;
    const at = `${account}#${event.stream_seq}`;
    if (Number(event.stream_seq) !== index + 1) faults.push(`${at}: gap, expected ${index + 1}`);
    if (eventHash(previous, hashed(event), event.text) !== event.hash)
      faults.push(`${at}: hash chain broken`);
    if (operations.has(operation)) faults.push(`${at}: ${operation} is logged twice`);
    if (ended.has(session)) faults.push(`${at}: ${session} wrote after its successor`);
    if (before !== undefined && before.payload.session !== session) ended.add(before.payload.session);
    else if (index > 0 && before !== undefined && before.payload.k >= k) faults.push(`${at}: reordered`);
    if (before !== undefined && before.payload.epoch > epoch) faults.push(`${at}: epoch fell to ${epoch}`);
    operations.add(operation);
    [previous, before] = [event.hash, event];
  });
  return faults;
}

function hashed({ stream_id, stream_seq, type, occurred_ms, actor, trace_id }: LoggedEvent) {
  const facts = { streamId: stream_id, sequence: Number(stream_seq), type, occurredAt: Number(occurred_ms) };
  return { ...facts, actor, traceId: trace_id };
}

/** The tables of the accounts must say what the log says. */
function faultsOfTables({ events, operations, last }: Aftermath): string[] {
  const faults: string[] = [];
  const rows = group(operations, ({ account_id }) => account_id);
  for (const [account, logged] of events) {
    const opened = logged.filter(({ type }) => type === 'Operated');
    const names = new Set(rows.get(account)?.map(({ operation }) => operation));
    if (names.size !== opened.length)
      faults.push(`${account}: ${names.size} rows for ${opened.length} events`);
    for (const { payload } of opened)
      if (!names.has(payload.operation)) faults.push(`${account}: no row of ${payload.operation}`);
    const final = last.find(({ account_id }) => account_id === account);
    const expected = opened.at(-1)?.payload.operation;
    if (final?.operation !== expected)
      faults.push(`${account}: last row ${final?.operation}, last event ${expected}`);
  }
  return faults;
}

/** What a consumer did that it should not, or did not what it should: each event once, in the order of its stream. */
export function faultsOfConsumer({ events, effects }: Aftermath, consumer: string): string[] {
  const faults: string[] = [];
  const mine = effects.filter((effect) => effect.consumer === consumer);
  const byStream = group(mine, ({ stream_id }) => stream_id);
  for (const [stream, logged] of events) {
    const handled = (byStream.get(stream) ?? []).map(({ sequence }) => Number(sequence));
    const once = new Set(handled);
    if (once.size < logged.length)
      faults.push(`${consumer} lost ${logged.length - once.size} events of ${stream}`);
    if (once.size < handled.length)
      faults.push(`${consumer} handled ${handled.length - once.size} events of ${stream} twice`);
    const disorder = handled.findIndex(
      (sequence, index) => index > 0 && sequence < (handled[index - 1] as number),
    );
    if (disorder >= 0) faults.push(`${consumer} handled ${stream}#${handled[disorder]} too late`);
  }
  return faults;
}
