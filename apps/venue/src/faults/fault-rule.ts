/**
 * Where on its way a request is hit. IN_TRANSIT: the venue has not looked at it yet. BEFORE_ACCEPT: it arrived, is
 * authentic and in time, and is checked for time once more afterwards. AFTER_ACCEPT: it took effect, its answer suffers.
 */
export type FaultPoint = 'IN_TRANSIT' | 'BEFORE_ACCEPT' | 'AFTER_ACCEPT';

export type RequestAction =
  /** The connection ends without an answer. */
  | { readonly kind: 'DROP' }
  /** The same with a TCP reset. */
  | { readonly kind: 'RESET' }
  /** The connection stays open and nothing comes. */
  | { readonly kind: 'HANG' }
  | { readonly kind: 'DELAY'; readonly ms: number }
  /** Another answer instead; `body` is sent as it stands, else `{code,msg}` is. */
  | {
      readonly kind: 'STATUS';
      readonly status: number;
      readonly code?: number;
      readonly message?: string;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The answer trickles. */
  | { readonly kind: 'SLOW'; readonly bytesPerSecond: number }
  /** The length is announced in full, then the connection ends after this share of the body, or hangs there. */
  | { readonly kind: 'TRUNCATE'; readonly share: number; readonly ending?: 'CLOSE' | 'HANG' }
  | { readonly kind: 'GARBAGE'; readonly what: GarbageKind }
  /** REQUEST: the network delivers it twice, the second answer is sent. ANSWER: the answer's bytes come twice. */
  | { readonly kind: 'DUPLICATE'; readonly what: 'REQUEST' | 'ANSWER' }
  /** Fields of the answer get these JSON texts, wherever they occur: `{"executedQty": "1e-7"}` writes a bare 1e-7. */
  | { readonly kind: 'REWRITE'; readonly fields: Readonly<Record<string, string>> }
  /** The house trades a share of the order that was just placed, before its answer leaves. */
  | { readonly kind: 'FILL_NEW'; readonly share: number }
  /** The house trades a share of the order that is about to be canceled. */
  | { readonly kind: 'FILL_BEFORE_CANCEL'; readonly share: number }
  /** The order is canceled and acknowledged, and then a share of it turns out to have been filled. */
  | { readonly kind: 'FILL_AFTER_CANCEL'; readonly share: number; readonly delayMs: number };

export type GarbageKind = 'HTML' | 'EMPTY' | 'DEEP_JSON' | 'BAD_UTF8' | 'HUGE' | 'NOT_JSON';

export type StreamAction =
  | { readonly kind: 'DROP_FRAME' }
  | { readonly kind: 'DUPLICATE' }
  /** The frame comes after the next `frames` frames. */
  | { readonly kind: 'REORDER'; readonly frames: number }
  /** The connection stays open, silent, pings included. */
  | { readonly kind: 'STALL'; readonly ms: number | null }
  /** This frame and the following ones, `frames` in all, are lost. */
  | { readonly kind: 'GAP'; readonly frames: number }
  | { readonly kind: 'FLOOD'; readonly frames: number }
  | { readonly kind: 'GARBAGE'; readonly what: GarbageKind }
  /** 1006 ends the TCP connection without a close frame. */
  | { readonly kind: 'DISCONNECT'; readonly code: number }
  | { readonly kind: 'DELAY'; readonly ms: number };

export interface RequestMatch {
  readonly method?: string;
  /** Whole path, or a prefix ending in `*`. */
  readonly path?: string;
  readonly account?: string;
  readonly apiKey?: string;
  /** Parameters that must have exactly these values. */
  readonly params?: Readonly<Record<string, string>>;
  readonly nth?: number;
  readonly every?: number;
  /** Drawn from the venue's seed. */
  readonly probability?: number;
}

export interface StreamMatch {
  /** Whole stream name, or a prefix ending in `*`; `user` is the user data stream. */
  readonly stream?: string;
  readonly account?: string;
  /** The event's type: its `e`. */
  readonly event?: string;
  readonly nth?: number;
  readonly every?: number;
  readonly probability?: number;
}

interface Counted {
  readonly id: string;
  /** How often it may still happen; null: always. */
  readonly times: number | null;
  /** How often it did. */
  readonly hits: number;
}

export interface RequestRule extends Counted {
  readonly target: 'REQUEST';
  readonly match: RequestMatch;
  readonly point: FaultPoint;
  readonly action: RequestAction;
}

export interface StreamRule extends Counted {
  readonly target: 'STREAM';
  readonly match: StreamMatch;
  readonly action: StreamAction;
}

export type FaultRule = RequestRule | StreamRule;

/** What makes a rule; `times` absent means once. */
export type FaultRuleSpec =
  | (Omit<RequestRule, keyof Counted> & { readonly id?: string; readonly times?: number | null })
  | (Omit<StreamRule, keyof Counted> & { readonly id?: string; readonly times?: number | null });
