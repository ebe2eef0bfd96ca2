import type { WebSocket } from 'ws';
import type { FaultBook } from '../faults/fault-book.js';
import type { StreamConnection } from '../faults/frame-faults.js';

/** A closing code that stands for no closing handshake at all (RFC 6455). */
const ABNORMAL = 1006;
/** Bytes that a client may fall behind before it is let go: its backlog is the venue's memory. */
const LARGEST_BACKLOG = 64 * 1024 * 1024;

/** The venue's end of one client connection. Every event frame goes through the faults that are set. */
export class VenueSocket implements StreamConnection {
  /** Whose user stream it carries, once it does. */
  account: string | null = null;

  constructor(
    private readonly socket: WebSocket,
    private readonly faults: FaultBook,
  ) {
    // The library would answer pings by itself, also while a stall silences the connection.
    socket.on('ping', (data: Buffer) => {
      if (this.isAlive()) socket.pong(data);
    });
    // A client's protocol violation closes its connection; that is all there is to say about it.
    socket.on('error', () => undefined);
  }

  onMessage(listener: (text: string) => void): void {
    this.socket.on('message', (data, isBinary) => {
      if (!isBinary && !this.faults.isSilent(this)) listener(data.toString());
    });
  }

  onClose(listener: () => void): void {
    this.socket.on('close', listener);
  }

  onPing(listener: () => void): void {
    this.socket.on('ping', listener);
  }

  onPong(listener: () => void): void {
    this.socket.on('pong', listener);
  }

  /** An event of a stream; `user` names the user data stream. */
  sendEvent(stream: string, frame: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > LARGEST_BACKLOG) {
      this.close(ABNORMAL, '');
      return;
    }
    const { frames, close } = this.faults.forFrame(this, stream, frame);
    for (const each of frames) this.socket.send(each);
    if (close !== null) this.close(close, '');
  }

  sendLater = (frame: string | Buffer): void => {
    if (this.isAlive()) this.socket.send(frame);
  };

  /** An answer to something that the client asked on this connection. */
  reply(text: string): void {
    if (this.isAlive()) this.socket.send(text);
  }

  ping(): void {
    if (this.isAlive()) this.socket.ping();
  }

  close(code: number, reason: string): void {
    if (code === ABNORMAL) this.socket.terminate();
    else this.socket.close(code, reason);
  }

  private isAlive(): boolean {
    return this.socket.readyState === this.socket.OPEN && !this.faults.isSilent(this);
  }
}
