import type { OnceAnswer } from '@sextant/platform';
import type { FastifyReply } from 'fastify';
import { answerOnce } from '../http/index.js';
import type { JobAnswer } from './job-answers.js';

/** Answers that long work was taken: 202 and where to look for it. */
export function jobAccepted(reply: FastifyReply, answer: OnceAnswer<JobAnswer>): JobAnswer {
  void reply.header('Location', `/api/jobs/${answer.body.id}`);
  return answerOnce(reply, answer);
}
