/** What goes back over the wire. */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

/** How an answer is hurt on its way; a plain answer has none of it. */
export interface Damage {
  /** Only this share of the body leaves, although all of it was announced. */
  readonly share?: number;
  /** After the share: the connection ends, or stays open in silence. */
  readonly ending?: 'CLOSE' | 'HANG';
  readonly bytesPerSecond?: number;
  readonly twice?: boolean;
}

/** The way back to whoever asked: a HTTP response, or a frame of the WebSocket API. One method is called, once. */
export interface Reply {
  send(answer: Answer, damage?: Damage): void;
  /** No answer: the connection ends in order, or with a reset, or stays open for ever. */
  abandon(how: 'DROP' | 'RESET' | 'HANG'): void;
}
