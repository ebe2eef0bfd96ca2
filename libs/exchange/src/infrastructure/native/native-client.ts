import type { Clock, EpochMs } from '@sextant/kernel';
import { DomainError } from '@sextant/kernel';
import type { CallIntent } from '../../domain/channel/call-intent.js';
import type { VenueClock } from '../../domain/channel/channel-state.js';
import type {
  Answer,
  NotSent,
  NotSentCode,
  PreparedRequest,
  VenueAnswer,
  Withheld,
} from '../../domain/channel/venue-answer.js';
import type { VenueChannel } from '../../domain/channel/venue-channel.js';
import { confirmed, refused, unknown } from '../../domain/gateway-outcome.js';
import type {
  Evidence,
  EvidenceDetail,
  GatewayOutcome,
  OutcomeReason,
} from '../../domain/gateway-outcome.js';
import { isOutcomeCode } from '../../domain/outcome-codes.js';
import type { OutcomeCode } from '../../domain/outcome-codes.js';
import type { VenueCredential } from '../../domain/venue-credentials.js';
import { judge, wordsOf } from '../ccxt/answer-table.js';
import type { AnswerReader, Verdict } from '../ccxt/answer-table.js';
import { unreadable } from '../ccxt/exact-json.js';

/** A request before it is signed. `path` begins with a slash and holds the query as it goes out. */
export interface Draft {
  method: 'GET' | 'POST';
  path: string;
  /** JSON text as it goes out; null without a body. */
  body: string | null;
}

/** Why nothing leaves. */
export interface Withholding {
  code: OutcomeCode;
  detail: string;
}

export interface NativeCall<T> {
  intent: Omit<CallIntent, 'credentialId'>;
  draft: Draft;
  /** Turns what the body holds into ours. @throws UnreadableAnswer; anything else thrown counts as one */
  read(json: unknown): T;
  /** Asked just before bytes leave, each time a request is prepared. */
  guard?(): Withholding | null;
  /** A yes of this call is not JSON but text like this (`read` is given the text). */
  plainYes?: RegExp;
}

/** How one venue signs. Keys are kept by credential, so that a rotated one takes over with its first use. */
export interface RequestSigner {
  /** @throws DomainError CREDENTIAL_MALFORMED */
  headers(draft: Draft, credential: VenueCredential, venueNow: EpochMs): Record<string, string>;
}

export interface NativeClientParts {
  channel: VenueChannel;
  clock: Clock;
  /** The first root of the channel profile, without a slash at the end. */
  root: string;
  reader: AnswerReader;
  signer: RequestSigner;
  /** Headers of every request. */
  headers: Readonly<Record<string, string>>;
  /** The key that signs now; null: there is none. Absent for calls that nobody signs. */
  credential?: () => Promise<VenueCredential | null>;
}

const CODE_OF: Readonly<Partial<Record<NotSentCode, OutcomeCode>>> = {
  BREAKER_OPEN: 'BREAKER_OPEN',
  HALTED: 'VENUE_HALTED',
  PAUSED: 'RATE_LIMITED',
  CLOCK_UNSAFE: 'CLOCK_UNSAFE',
  QUEUE_FULL: 'QUEUE_FULL',
  QUEUE_TIMEOUT: 'BUDGET_EXHAUSTED',
  WEIGHT_TOO_LARGE: 'BUDGET_EXHAUSTED',
};

type Unanswered = Exclude<VenueAnswer, Answer>;

/** Calls of one key (or of nobody's) at a venue whose protocol we speak ourselves. No method rejects for what a venue does. */
export class NativeClient {
  constructor(private readonly parts: NativeClientParts) {}

  /** The venue's time as well as it is known. */
  venueNow(): EpochMs {
    return Math.round(this.parts.clock.now() + (this.parts.channel.clock.offsetMs ?? 0));
  }

  get venueClock(): VenueClock {
    return this.parts.channel.clock;
  }

  /** Why a call of this kind would not leave now; null when it would. */
  obstacle(intent: Omit<CallIntent, 'credentialId'>): OutcomeReason | null {
    const found = this.parts.channel.obstacle({ ...intent, credentialId: null });
    if (found === null) return null;
    const { retryAfterMs } = found;
    const reason = { code: codeOf(found), detail: `${found.code}: ${found.detail}` };
    return retryAfterMs === null ? reason : { ...reason, retryAfterMs };
  }

  async ask<T>(call: NativeCall<T>): Promise<GatewayOutcome<T>> {
    const credential = await this.credential();
    if (credential !== null && 'code' in credential) return this.notSent(credential.code, credential.detail);
    const intent = { ...call.intent, credentialId: credential?.credentialId ?? null };
    const preparing: Preparing = { signed: null, withheld: null };
    const answer = await this.parts.channel.call(intent, (venueNow) =>
      this.prepare(call, credential, venueNow, preparing),
    );
    if (answer.kind !== 'ANSWER') return this.unanswered(answer, preparing.withheld);
    return this.answered(call, answer);
  }

  notSent(code: OutcomeCode, detail: string, retryAfterMs: number | null = null): GatewayOutcome<never> {
    const reason = retryAfterMs === null ? { code, detail } : { code, detail, retryAfterMs };
    return refused(reason, this.evidence('NOT_SENT', { code }));
  }

  evidence(kind: Evidence['kind'], detail: EvidenceDetail): Evidence {
    return { kind, detail, at: this.parts.clock.now() };
  }

  private async credential(): Promise<VenueCredential | Withholding | null> {
    if (this.parts.credential === undefined) return null;
    try {
      const credential = await this.parts.credential();
      if (credential !== null) return credential;
      return { code: 'CREDENTIAL_INVALID', detail: 'The account has no connection to this venue.' };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { code: 'CREDENTIAL_INVALID', detail: error.message };
    }
  }

  /**
   * What may have an effect is signed once: prepared anew, it goes out with the timestamp it had, so that its validity
   * never ends later than whoever waits for it believes.
   */
  private prepare<T>(
    { draft, intent, guard }: NativeCall<T>,
    credential: VenueCredential | null,
    venueNow: EpochMs,
    preparing: Preparing,
  ): PreparedRequest | Withheld {
    try {
      if (preparing.signed === null || intent.idempotentRead) {
        preparing.signed = this.sign(draft, credential, Math.round(venueNow));
      }
      preparing.withheld = guard?.() ?? null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      preparing.withheld = { code: 'CREDENTIAL_INVALID', detail: error.message };
    }
    const { signed, withheld } = preparing;
    return withheld === null ? signed! : { withhold: withheld.code };
  }

  private sign(draft: Draft, credential: VenueCredential | null, venueNow: EpochMs): PreparedRequest {
    const { root, headers, signer } = this.parts;
    const signature = credential === null ? {} : signer.headers(draft, credential, venueNow);
    const prepared: Record<string, string> = { ...headers, accept: 'application/json', ...signature };
    if (draft.body !== null) prepared['content-type'] = 'application/json; charset=utf-8';
    return { method: draft.method, url: root + draft.path, headers: prepared, body: draft.body };
  }

  private unanswered(answer: Unanswered, withheld: Withholding | null): GatewayOutcome<never> {
    const { code, detail } = answer;
    if (answer.kind === 'NO_ANSWER') {
      const reason = { code: isOutcomeCode(code) ? code : 'NO_ANSWER', detail };
      return unknown(reason, this.evidence('TRANSPORT', { channel: code }));
    }
    if (answer.code === 'WITHHELD' && withheld !== null) return this.notSent(withheld.code, withheld.detail);
    return this.notSent(codeOf(answer), `${code}: ${detail}`, answer.retryAfterMs);
  }

  private answered<T>(call: NativeCall<T>, answer: Answer): GatewayOutcome<T> {
    const facts = { status: answer.status, answeredAt: answer.at };
    try {
      const verdict = this.verdict(call, answer);
      if (verdict.kind !== 'ACCEPTED') return this.said(verdict, facts);
      return confirmed(call.read(verdict.json), this.evidence('VENUE_ANSWER', facts));
    } catch (error) {
      // Whatever a reader stumbles over, the venue wrote it.
      return unknown(unreadable(error), this.evidence('VENUE_ANSWER', facts));
    }
  }

  private verdict<T>({ plainYes }: NativeCall<T>, answer: Answer): Verdict {
    if (plainYes !== undefined && answer.status === 200 && plainYes.test(answer.body)) {
      return { kind: 'ACCEPTED', json: answer.body };
    }
    return judge(answer, this.parts.reader);
  }

  private said(
    { kind, code, raw }: Exclude<Verdict, { kind: 'ACCEPTED' }>,
    facts: EvidenceDetail,
  ): GatewayOutcome<never> {
    if (code === 'TIMESTAMP_OUTSIDE_WINDOW') this.parts.channel.clock.distrust();
    const detail = { ...facts, rawCode: raw.code.slice(0, 80), rawText: raw.text.slice(0, 200) };
    const reason = { code, detail: wordsOf(raw) };
    const evidence = this.evidence('VENUE_ANSWER', detail);
    return kind === 'REFUSED' ? refused(reason, evidence) : unknown(reason, evidence);
  }
}

function codeOf({ code }: NotSent): OutcomeCode {
  return CODE_OF[code] ?? 'VENUE_UNAVAILABLE';
}

interface Preparing {
  signed: PreparedRequest | null;
  withheld: Withholding | null;
}
