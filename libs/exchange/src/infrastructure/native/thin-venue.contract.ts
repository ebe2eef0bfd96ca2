import type { Socket } from 'node:net';
import { response, ScriptedVenue } from '../channel/scripted-venue.contract.js';
import type { HeardRequest } from '../channel/scripted-venue.contract.js';

export interface DialectAnswer {
  status: number;
  body: unknown;
}

/** A venue's HTTP dialect over its own little book: what it verifies, what it does, how it words it. */
export interface Dialect {
  answer(request: HeardRequest): DialectAnswer;
}

/** What happens to the answer. DROP: none comes. STALL: it never ends. Statuses stand for what a gateway says in the venue's place. */
export const HARMS = [
  'DROP',
  'RESET',
  'TRUNCATE',
  'STALL',
  'GARBAGE',
  'EMPTY',
  'HTML',
  'DEEP_JSON',
  'HTTP 500',
  'HTTP 502',
  'HTTP 503',
  'HTTP 504',
] as const;
export type Harm = (typeof HARMS)[number];

export interface Fault {
  /** Of method and path. */
  where: string;
  /** BEFORE: the venue never sees the request; AFTER: it has done what is asked. */
  when: 'BEFORE' | 'AFTER';
  harm: Harm;
}

/** A thin front-end of a venue on loopback, in the venue's dialect, with faults that each hit one request. */
export class ThinVenue {
  /** By how much the next request is late. */
  lateMs = 0;
  private readonly faults: Fault[] = [];

  private constructor(
    private readonly server: ScriptedVenue,
    private readonly dialect: Dialect,
  ) {}

  static async start(dialect: Dialect): Promise<ThinVenue> {
    const server = await ScriptedVenue.start();
    const venue = new ThinVenue(server, dialect);
    server.script = (request, socket) => venue.hear(request, socket);
    return venue;
  }

  get url(): string {
    return this.server.url;
  }

  get heard(): readonly HeardRequest[] {
    return this.server.heard;
  }

  heardOf(where: string): HeardRequest[] {
    return this.server.heard.filter(({ method, path }) => `${method} ${path}`.includes(where));
  }

  harmNext(fault: Fault): void {
    this.faults.push(fault);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private hear(request: HeardRequest, socket: Socket): void {
    if (this.lateMs === 0) return this.act(request, socket);
    setTimeout(() => this.act(request, socket), this.lateMs);
    this.lateMs = 0;
  }

  private act(request: HeardRequest, socket: Socket): void {
    const at = this.faults.findIndex(({ where }) => `${request.method} ${request.path}`.includes(where));
    const [fault] = at < 0 ? [] : this.faults.splice(at, 1);
    if (fault?.when === 'BEFORE')
      return harm(fault.harm, socket, bytes({ status: 200, body: { any: 'thing' } }));
    const answer = bytes(this.dialect.answer(request));
    if (fault === undefined) socket.write(answer);
    else harm(fault.harm, socket, answer);
  }
}

function bytes({ status, body }: DialectAnswer): Buffer {
  const plain = typeof body === 'string';
  return response(status, plain ? body : JSON.stringify(body), {
    'content-type': plain ? 'text/plain' : 'application/json',
    date: new Date().toUTCString(),
  });
}

function harm(kind: Harm, socket: Socket, answer: Buffer): void {
  switch (kind) {
    case 'DROP':
      return;
    case 'RESET':
      return void socket.resetAndDestroy();
    case 'TRUNCATE':
      return void socket.end(answer.subarray(0, answer.length - 3));
    case 'STALL':
      return void socket.write(answer.subarray(0, answer.length - 3));
    case 'GARBAGE':
      return void socket.end(Buffer.from('\u0000\u0001 no HTTP at all\r\n\r\n'));
    case 'EMPTY':
      return void socket.write(response(200, ''));
    case 'HTML':
      return void socket.write(response(200, '<html><body>Checking your browser…</body></html>'));
    case 'DEEP_JSON':
      return void socket.write(response(200, `${'['.repeat(5_000)}${']'.repeat(5_000)}`));
    default:
      return void socket.write(response(Number(kind.slice(5)), 'upstream'));
  }
}
