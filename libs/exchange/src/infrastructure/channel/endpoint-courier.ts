import type { Clock, EpochMs } from '@sextant/kernel';
import { isNoConnection, isVenueFailure } from '../../domain/channel/answer-class.js';
import type { EndpointRing } from '../../domain/channel/endpoint-ring.js';
import type { NotSent, PreparedRequest, VenueAnswer } from '../../domain/channel/venue-answer.js';
import type { Prepare } from '../../domain/channel/venue-channel.js';
import { notSent } from './admission.js';
import type { Wire } from './wire.js';
import type { WireOutcome } from './wire-exchange.js';

/** A request is signed anew so often because connecting took too long; then the caller is told. */
const MOST_SIGNINGS = 3;

interface CourierParts {
  clock: Clock;
  wire: Wire;
  ring: EndpointRing;
  lastWord: () => NotSent | null;
  onEndpointChange: (endpoint: string) => void;
}

export interface Errand {
  prepare: Prepare;
  venueNow: () => EpochMs;
  isRead: boolean;
  /** How long after `prepare` the request may begin. */
  freshMs: number;
  /** False for a request that was built once and cannot be signed anew. */
  canPrepareAgain: boolean;
  signal: AbortSignal;
}

/**
 * Brings a request to one of the venue's endpoints: to the next one only while it is certain that nothing
 * left.
 */
export class EndpointCourier {
  constructor(private readonly parts: CourierParts) {}

  async deliver(errand: Errand): Promise<WireOutcome> {
    const failed = new Set<string>();
    for (let signings = 1; ; signings += 1) {
      const request = prepared(errand);
      if ('kind' in request) return unsent(request);
      const root = this.parts.ring.rootOf(request.url);
      if (root === null) return unsent(notSent('HOST_NOT_ALLOWED', 'not an endpoint of this venue', null));
      const endpoint = this.parts.ring.choose(root, errand.isRead, this.parts.clock.monotonicMs(), failed);
      const outcome = await this.sendTo(endpoint, root, request, errand);
      const again = isStale(outcome.answer)
        ? errand.canPrepareAgain && signings < MOST_SIGNINGS
        : isNoConnection(outcome.answer) && failed.add(endpoint).size < this.parts.ring.siblingCount(root);
      if (!again || errand.signal.aborted) return outcome;
    }
  }

  private async sendTo(
    endpoint: string,
    root: string,
    request: PreparedRequest,
    { freshMs, signal }: Errand,
  ): Promise<WireOutcome> {
    const { wire, ring, clock, lastWord } = this.parts;
    const goodUntilMs = clock.monotonicMs() + freshMs;
    ring.begin(endpoint);
    const outcome = await wire.send({ request, root, endpoint, goodUntilMs, signal, lastWord });
    if (ring.end(endpoint, standing(outcome.answer), clock.monotonicMs()))
      this.parts.onEndpointChange(endpoint);
    return outcome;
  }
}

function prepared({ prepare, venueNow }: Errand): PreparedRequest | NotSent {
  try {
    const request = prepare(venueNow());
    return 'withhold' in request ? notSent('WITHHELD', request.withhold, null) : request;
  } catch (error) {
    // Its message may repeat what was to be signed.
    return notSent('BAD_REQUEST', `the request could not be made: ${(error as Error).name}`, null);
  }
}

function isStale(answer: VenueAnswer): boolean {
  return answer.kind === 'NOT_SENT' && answer.code === 'STALE_REQUEST';
}

function standing(answer: VenueAnswer): 'OK' | 'FAILED' | 'NEITHER' {
  if (isVenueFailure(answer)) return 'FAILED';
  return answer.kind === 'ANSWER' ? 'OK' : 'NEITHER';
}

function unsent(answer: NotSent): WireOutcome {
  return { answer, sentMs: null, receivedMs: null };
}
