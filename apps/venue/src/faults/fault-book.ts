import type { Random } from '../engine/random.js';
import type {
  FaultPoint,
  FaultRule,
  FaultRuleSpec,
  RequestMatch,
  RequestRule,
  StreamMatch,
  StreamRule,
} from './fault-rule.js';
import type { FrameVerdict, StreamConnection } from './frame-faults.js';
import { FrameFaults } from './frame-faults.js';

/** What rules look at in a request. */
export interface RequestFacts {
  readonly method: string;
  readonly path: string;
  readonly account: string | null;
  readonly apiKey: string | null;
  readonly param: (name: string) => string | null;
}

interface Armed<Rule extends FaultRule> {
  rule: Rule;
  /** How many requests or frames it has matched, whether it then struck or not. */
  seen: number;
}

/** The faults that are set, and the draws that decide them; one seed, one course of events. */
export class FaultBook {
  readonly #requests: Armed<RequestRule>[] = [];
  readonly #streams: Armed<StreamRule>[] = [];
  readonly #frames: FrameFaults;
  #lastId = 0;

  constructor(
    private readonly random: Random,
    after: (ms: number, run: () => void) => void,
    private readonly onStruck: (rule: FaultRule, on: string) => void = () => undefined,
  ) {
    this.#frames = new FrameFaults(after);
  }

  set(spec: FaultRuleSpec): FaultRule {
    const id = spec.id ?? `fault-${(this.#lastId += 1)}`;
    this.remove(id);
    const counted = { id, times: spec.times === undefined ? 1 : spec.times, hits: 0 };
    if (spec.target === 'REQUEST') {
      const rule: RequestRule = { ...spec, ...counted };
      this.#requests.push({ rule, seen: 0 });
      return rule;
    }
    const rule: StreamRule = { ...spec, ...counted };
    this.#streams.push({ rule, seen: 0 });
    return rule;
  }

  remove(id: string): boolean {
    return [this.#requests, this.#streams].some((armed) => {
      const index = armed.findIndex(({ rule }) => rule.id === id);
      if (index !== -1) armed.splice(index, 1);
      return index !== -1;
    });
  }

  /** No rule is left, and streams that were stalled speak again. */
  clear(): void {
    this.#requests.length = 0;
    this.#streams.length = 0;
    this.#frames.clear();
  }

  rules(): FaultRule[] {
    return [...this.#requests, ...this.#streams].map(({ rule }) => rule);
  }

  /** The rule that strikes this request at this point, if one does; `struck` are the rules that did already. */
  strike(point: FaultPoint, facts: RequestFacts, struck: readonly string[] = []): RequestRule | null {
    if (this.#requests.length === 0) return null;
    const on = `${facts.method} ${facts.path}`;
    return this.#draw(
      this.#requests,
      on,
      ({ rule }) => rule.point === point && !struck.includes(rule.id) && matches(rule.match, facts),
    );
  }

  /**
   * What becomes of one frame on its way to a client. `frame` is the text that would be sent; `account` the one whose
   * user stream it is, or null. The caller sends the verdict's frames now, and hands `later` frames to `sendLater`.
   */
  forFrame(connection: StreamConnection, stream: string, frame: string): FrameVerdict {
    const rule =
      this.#streams.length === 0 || this.#frames.isSilent(connection)
        ? null
        : this.#draw(this.#streams, stream, (armed) =>
            matchesFrame(armed.rule.match, connection, stream, frame),
          );
    return this.#frames.apply(connection, rule?.action ?? null, frame);
  }

  /** True while a stall silences the connection: no ping is to be sent, and none answered. */
  isSilent(connection: StreamConnection): boolean {
    return this.#frames.isSilent(connection);
  }

  #draw<Rule extends FaultRule>(
    armed: Armed<Rule>[],
    on: string,
    isMeant: (one: Armed<Rule>) => boolean,
  ): Rule | null {
    for (const [index, one] of armed.entries()) {
      if (!isMeant(one)) continue;
      one.seen += 1;
      const { nth, every, probability } = one.rule.match;
      if (nth !== undefined && one.seen !== nth) continue;
      if (every !== undefined && one.seen % every !== 0) continue;
      if (probability !== undefined && this.random.next() >= probability) continue;
      const { times, hits } = one.rule;
      one.rule = { ...one.rule, hits: hits + 1, times: times === null ? null : times - 1 };
      if (one.rule.times === 0) armed.splice(index, 1);
      this.onStruck(one.rule, on);
      return one.rule;
    }
    return null;
  }
}

function matches(match: RequestMatch, facts: RequestFacts): boolean {
  if (match.method !== undefined && match.method !== facts.method) return false;
  if (match.path !== undefined && !isNamed(match.path, facts.path)) return false;
  if (match.account !== undefined && match.account !== facts.account) return false;
  if (match.apiKey !== undefined && match.apiKey !== facts.apiKey) return false;
  return Object.entries(match.params ?? {}).every(([name, value]) => facts.param(name) === value);
}

function matchesFrame(
  match: StreamMatch,
  { account }: StreamConnection,
  stream: string,
  frame: string,
): boolean {
  if (match.stream !== undefined && !isNamed(match.stream, stream)) return false;
  if (match.account !== undefined && match.account !== account) return false;
  return match.event === undefined || frame.includes(`"e":"${match.event}"`);
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
