import type { VenueClock } from '../engine/clock.js';
import type { Journal } from '../journal/journal.js';
import type { Limits } from './limits.js';
import type { Passage } from './passage.js';
import { familyOf } from './passage.js';
import type { Answer, Damage } from './reply.js';
import { unknownError, VenueError } from './venue-error.js';

interface Parts {
  readonly clock: VenueClock;
  readonly limits: Limits;
  readonly journal: Journal;
}

const JSON_HEADERS = { 'content-type': 'application/json;charset=UTF-8' };
/** So much of a body the journal keeps. */
const SHOWN = 4_096;

/** Makes answers, journals them, and lets them go when the journal is written. */
export class Answering {
  constructor(private readonly parts: Parts) {}

  result(passage: Passage, result: unknown, isOrder: boolean): Answer {
    const { path, headers } = passage.received;
    const isMicro =
      path.startsWith('/api/') && /^microsecond$/i.test(String(headers['x-mbx-time-unit'] ?? ''));
    const body = JSON.stringify(result, isMicro ? inMicroseconds : undefined);
    return { status: 200, body, headers: this.headers(passage, isOrder) };
  }

  refusal(passage: Passage, error: unknown): Answer {
    const known = error instanceof VenueError ? error : unknownError();
    if (known !== error) passage.faults.push(`bug: ${error instanceof Error ? error.stack : String(error)}`);
    const headers = { ...this.headers(passage, false), ...known.headers };
    return { status: known.status, body: JSON.stringify(known.body()), headers };
  }

  /** What every answer says of limits; orders also say how many count. */
  headers({ received, account }: Passage, isOrder: boolean): Record<string, string> {
    const { limits, clock } = this.parts;
    const now = clock.now();
    const family = familyOf(received.path);
    const used = String(limits.weightUsed(family, received.ip, now));
    const headers: Record<string, string> = { ...JSON_HEADERS };
    if (family === 'sapi') headers['x-sapi-used-ip-weight-1m'] = used;
    else {
      headers['x-mbx-used-weight'] = used;
      headers['x-mbx-used-weight-1m'] = used;
    }
    if (!isOrder || account === null) return headers;
    const counts = limits.orderCounts(account.accountId, now);
    headers['x-mbx-order-count-10s'] = String(counts.per10Seconds);
    headers['x-mbx-order-count-1d'] = String(counts.perDay);
    return headers;
  }

  send(passage: Passage, answer: Answer, damage?: Damage): void {
    const { journal, clock } = this.parts;
    const { entry, faults, reply } = passage;
    const body = typeof answer.body === 'string' ? answer.body : answer.body.toString('latin1');
    const shown = body.length > SHOWN ? `${body.slice(0, SHOWN)}…` : body;
    journal.record('answer', clock.now(), {
      request: entry,
      status: answer.status,
      body: shown,
      ...(faults.length > 0 ? { faults } : {}),
      ...(damage === undefined ? {} : { damage }),
    });
    journal.whenWritten(() => reply.send(answer, damage));
  }

  /** Nothing goes back. */
  abandon(passage: Passage, how: 'DROP' | 'RESET' | 'HANG'): void {
    const { journal, clock } = this.parts;
    const { entry, faults, reply } = passage;
    journal.record('answer', clock.now(), {
      request: entry,
      status: null,
      body: null,
      faults,
      abandoned: how,
    });
    journal.whenWritten(() => reply.abandon(how));
  }
}

/** Nothing but times is a number of this size: amounts are text, ids count from one. */
function inMicroseconds(_name: string, value: unknown): unknown {
  return typeof value === 'number' && value >= 1e12 && value < 1e14 ? value * 1_000 : value;
}
