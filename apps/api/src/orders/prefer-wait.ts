import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const MAX_WAIT_MS = 30_000;

/** Milliseconds of `Prefer: wait=<seconds>`; null when the client does not say. Other preferences are not ours. */
export function parseWait(header: string | string[] | undefined): number | null {
  const text = Array.isArray(header) ? header.join(',') : header;
  const match = text === undefined ? null : /(?:^|[,;\s])wait=([0-9]{1,4})(?:$|[,;\s])/.exec(text);
  return match === null ? null : Math.min(Number(match[1]) * 1_000, MAX_WAIT_MS);
}

/** What `Prefer: wait=n` asks for. */
export const PreferWait = createParamDecorator((_: unknown, context: ExecutionContext) =>
  parseWait(context.switchToHttp().getRequest<FastifyRequest>().headers['prefer']),
);

/** Documents the header. */
export const DescribePreferWait = ApiHeader({
  name: 'Prefer',
  description:
    "`wait=<seconds>`: how long to wait for the venue's verdict before the answer is 202; 3 unless said.",
  required: false,
  schema: { type: 'string', example: 'wait=3' },
});
