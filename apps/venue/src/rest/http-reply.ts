import type { ServerResponse } from 'node:http';
import type { Answer, Damage, Reply } from './reply.js';

const SLICE_MS = 50;

/** Answers over HTTP, whole or hurt. */
export class HttpReply implements Reply {
  constructor(private readonly response: ServerResponse) {}

  send(answer: Answer, damage?: Damage): void {
    const { response } = this;
    if (response.destroyed || response.writableEnded) return;
    const { status, headers, body } = answer;
    const length = String(Buffer.byteLength(body));
    response.writeHead(status, { ...headers, 'content-length': length });
    // Text leaves in one piece with the headers, bytes would take a second one.
    if (damage === undefined) response.end(body);
    else this.#sendHurt(Buffer.from(body as string), damage);
  }

  abandon(how: 'DROP' | 'RESET' | 'HANG'): void {
    const { socket } = this.response;
    if (how === 'DROP') socket?.destroy();
    if (how === 'RESET') socket?.resetAndDestroy();
  }

  #sendHurt(body: Buffer, damage: Damage): void {
    const { response } = this;
    if (damage.share !== undefined) {
      response.write(body.subarray(0, Math.floor(body.byteLength * damage.share)), () => {
        if (damage.ending !== 'HANG') response.socket?.destroy();
      });
      // The headers leave even when no byte of the body does.
      response.flushHeaders();
    } else if (damage.bytesPerSecond !== undefined) {
      this.#trickle(body, Math.max(1, Math.floor((damage.bytesPerSecond * SLICE_MS) / 1_000)));
    } else if (damage.twice === true) {
      this.#sendTwice(body);
    }
  }

  /** The second answer follows on the same connection, unasked; a client that reuses it meets it later. */
  #sendTwice(body: Buffer): void {
    const { response } = this;
    const { socket } = response;
    const head = `HTTP/1.1 ${response.statusCode} OK\r\ncontent-type: application/json\r\ncontent-length: ${body.byteLength}\r\n\r\n`;
    response.end(body, () => {
      if (socket?.destroyed === false) socket.write(Buffer.concat([Buffer.from(head), body]));
    });
  }

  #trickle(body: Buffer, slice: number): void {
    let sent = 0;
    const timer = setInterval(() => {
      if (this.response.destroyed) {
        clearInterval(timer);
        return;
      }
      this.response.write(body.subarray(sent, sent + slice));
      sent += slice;
      if (sent < body.byteLength) return;
      clearInterval(timer);
      this.response.end();
    }, SLICE_MS);
  }
}
