import type { EpochMs, SessionId, UserId } from '@sextant/kernel';
import type { Transaction } from './identity-event.js';
import type { Session, SessionEnd, StoredToken } from './session.js';

export abstract class SessionRepository {
  /** Stores a new session with its first refresh token, and its events. */
  abstract open(session: Session, tokenHash: string): Promise<void>;

  abstract findByToken(tokenHash: string): Promise<{ session: Session; token: StoredToken } | null>;

  /** Uses the token up and stores its successor, both or neither. False when another request used it first. */
  abstract rotate(session: Session, usedHash: string, nextHash: string, at: EpochMs): Promise<boolean>;

  /** Stores that the session ended, and its events. */
  abstract end(session: Session): Promise<void>;

  /** Ends every open session of a user. Answers which they were. */
  abstract endAll(userId: UserId, reason: SessionEnd, at: EpochMs, within: Transaction): Promise<SessionId[]>;
}
