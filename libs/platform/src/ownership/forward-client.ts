import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { JsonValue } from '@sextant/contracts';
import { DomainError } from '@sextant/kernel';
import type { AccountId, Clock } from '@sextant/kernel';
import { currentContext } from '../telemetry/index.js';
import { commandPath, HEADERS, PROCESS_PATH } from './forward-protocol.js';
import type { ForwardAnswer, ForwardedCommand } from './forward-protocol.js';
import type { ForwardSignature } from './forward-signature.js';
import { NotOwner } from './owned-account.js';
import { ownerUnreachable } from './ownership-errors.js';

/** Connection errors that say that no byte of the command left. */
const NOT_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);

/** Hands commands to the process that owns the account. Never repeats one: the caller's key decides that. */
export class ForwardClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256, maxFreeSockets: 32 });
  /** What ends the commands under way, by the process that has them. */
  private readonly underWay = new Map<string, Set<AbortController>>();

  constructor(
    private readonly signature: ForwardSignature,
    private readonly clock: Clock,
    private readonly timeoutMs: number,
  ) {}

  /** @throws NotOwner (not executed), DomainError as the owner threw it, ACCOUNT_OWNER_UNREACHABLE. */
  async forward(owner: string, accountId: AccountId, type: string, payload: JsonValue): Promise<JsonValue> {
    const { traceId, orderId } = currentContext();
    const context = { ...(traceId && { traceId }), ...(orderId && { orderId }) };
    const command: ForwardedCommand = { type, payload, context };
    const body = JSON.stringify(command);
    const answer = await this.post(owner, commandPath(accountId), body).catch((error: unknown) => {
      const { code } = error as { code?: string };
      throw ownerUnreachable(accountId, NOT_SENT.has(code ?? '') ? 'NOT_EXECUTED' : 'UNKNOWN', error);
    });
    if (answer.kind === 'RESULT') return answer.result;
    if (answer.kind === 'NOT_OWNER') throw new NotOwner();
    if (answer.kind === 'DOMAIN_ERROR') throw new DomainError(answer.code, answer.detail, answer.context);
    throw ownerUnreachable(accountId, 'UNKNOWN');
  }

  /** What a process answers that is told something of no single account. @throws Error when it does not answer in time. */
  async tell(process: string, type: string, payload: JsonValue, timeoutMs: number): Promise<JsonValue> {
    const { traceId } = currentContext();
    const command: ForwardedCommand = { type, payload, context: { ...(traceId && { traceId }) } };
    const answer = await this.post(process, PROCESS_PATH, JSON.stringify(command), timeoutMs);
    if (answer.kind === 'RESULT') return answer.result;
    throw new Error(`${process} answered ${answer.kind}`);
  }

  /** The processes that have commands of ours. */
  get owners(): string[] {
    return [...this.underWay.keys()];
  }

  /** Waits no longer for a process that was declared dead: what it did with its commands is unknown. */
  abandon(owner: string): void {
    for (const command of this.underWay.get(owner) ?? []) command.abort();
  }

  close(): void {
    this.agent.destroy();
  }

  private async post(
    owner: string,
    path: string,
    body: string,
    timeoutMs = this.timeoutMs,
  ): Promise<ForwardAnswer> {
    const command = new AbortController();
    const commands = this.underWay.get(owner) ?? new Set();
    this.underWay.set(owner, commands.add(command));
    try {
      const end = AbortSignal.any([AbortSignal.timeout(timeoutMs), command.signal]);
      return await this.send(owner, path, body, end);
    } finally {
      commands.delete(command);
      if (commands.size === 0 && this.underWay.get(owner) === commands) this.underWay.delete(owner);
    }
  }

  private send(owner: string, path: string, body: string, signal: AbortSignal): Promise<ForwardAnswer> {
    const time = String(this.clock.now());
    const nonce = randomUUID();
    const signature = this.signature.sign(['command', time, nonce, owner, path, body]);
    const headers = {
      'content-type': 'application/json',
      [HEADERS.time]: time,
      [HEADERS.nonce]: nonce,
      [HEADERS.owner]: owner,
      [HEADERS.signature]: signature,
    };
    const url = `http://${owner.slice(0, owner.lastIndexOf('/'))}${path}`;
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent: this.agent, headers, signal }, (response) => {
        this.read(response, nonce).then(resolve, reject);
      });
      sent.once('error', reject);
      sent.end(body);
    });
  }

  private async read(response: IncomingMessage, nonce: string): Promise<ForwardAnswer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString('utf8');
    const signed = this.signature.verify(['answer', nonce, text], response.headers[HEADERS.signature]);
    if (response.statusCode !== 200 || !signed) throw new Error(`The owner answered ${response.statusCode}`);
    return JSON.parse(text) as ForwardAnswer;
  }
}
