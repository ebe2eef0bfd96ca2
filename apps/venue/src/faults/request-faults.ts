import type { Accounts } from '../accounts/accounts.js';
import type { VenueClock } from '../engine/clock.js';
import type { Answering } from '../rest/answering.js';
import type { Passage } from '../rest/passage.js';
import { callOf, factsOf } from '../rest/passage.js';
import type { Answer } from '../rest/reply.js';
import { VenueError } from '../rest/venue-error.js';
import type { FaultBook } from './fault-book.js';
import type { FaultPoint, RequestAction, RequestRule } from './fault-rule.js';
import { garbage } from './garbage.js';
import type { OrderFaults } from './order-faults.js';
import { rewrite } from './rewrite.js';

interface Parts {
  readonly accounts: Accounts;
  readonly clock: VenueClock;
  readonly faults: FaultBook;
  readonly answering: Answering;
  readonly orderFaults: OrderFaults;
}

type Passing = Extract<
  RequestAction['kind'],
  'DELAY' | 'DUPLICATE' | 'FILL_NEW' | 'FILL_BEFORE_CANCEL' | 'FILL_AFTER_CANCEL'
>;
type Ending = Exclude<RequestAction, { kind: Passing }>;

/** Lets the faults of one point strike a request. */
export class RequestFaults {
  constructor(private readonly parts: Parts) {}

  /** Goes on with `next` unless a fault ends the passage; `answer` is what the request's effect was going to be told. */
  suffer(point: FaultPoint, passage: Passage, next: () => void, answer?: Answer): void {
    const { faults, accounts } = this.parts;
    const rule = faults.strike(point, factsOf(passage, accounts), passage.faults);
    if (rule === null) {
      next();
      return;
    }
    passage.faults.push(rule.id);
    const { action } = rule;
    const goOn = (): void => this.suffer(point, passage, next, answer);
    switch (action.kind) {
      case 'DELAY':
        this.parts.clock.after(action.ms, goOn);
        return;
      case 'FILL_NEW':
      case 'FILL_BEFORE_CANCEL':
      case 'FILL_AFTER_CANCEL':
        this.#actOnOrders(rule, passage, answer);
        goOn();
        return;
      case 'DUPLICATE':
        if (action.what === 'REQUEST') {
          passage.isDuplicated = true;
          goOn();
        } else this.parts.answering.send(passage, answer ?? this.#busy(passage), { twice: true });
        return;
      default:
        this.#end(passage, action, answer);
    }
  }

  /** Faults after which nothing more happens. One that hurts an answer before there is one hurts a refusal. */
  #end(passage: Passage, action: Ending, answer: Answer | undefined): void {
    const { answering } = this.parts;
    const told = answer ?? this.#busy(passage);
    switch (action.kind) {
      case 'DROP':
      case 'RESET':
      case 'HANG':
        answering.abandon(passage, action.kind);
        return;
      case 'STATUS':
        answering.send(passage, this.#stated(passage, action));
        return;
      case 'SLOW':
        answering.send(passage, told, { bytesPerSecond: action.bytesPerSecond });
        return;
      case 'TRUNCATE':
        answering.send(passage, told, { share: action.share, ending: action.ending ?? 'CLOSE' });
        return;
      case 'GARBAGE':
        answering.send(passage, { ...told, status: answer?.status ?? 200, body: garbage(action.what) });
        return;
      case 'REWRITE':
        answering.send(passage, { ...told, body: rewrite(String(told.body), action.fields) });
    }
  }

  #actOnOrders(rule: RequestRule, passage: Passage, answer: Answer | undefined): void {
    // Ids of other products' orders are not spot's.
    if (passage.params === null || !passage.received.path.startsWith('/api/')) return;
    const call = callOf(passage, passage.params, this.parts.clock.now());
    this.parts.orderFaults.act(rule, call, answer === undefined ? null : String(answer.body));
  }

  #stated(passage: Passage, action: Extract<RequestAction, { kind: 'STATUS' }>): Answer {
    const { code = -1000, message = 'An unknown error occurred while processing the request.' } = action;
    const body = action.body ?? JSON.stringify({ code, msg: message });
    const isJson = action.body === undefined || /^[[{]/.test(action.body);
    const type: Record<string, string> = isJson ? {} : { 'content-type': 'text/html' };
    const headers = { ...this.parts.answering.headers(passage, false), ...type, ...action.headers };
    return { status: action.status, body, headers };
  }

  #busy(passage: Passage): Answer {
    const message = 'Server is currently overloaded with other requests. Please try again in a few minutes.';
    return this.parts.answering.refusal(passage, new VenueError(-1008, message, 503));
  }
}
