import type { Principal } from '../domain/principal.js';

/** Who did it, as the log names it: the key, or the user who was signed in. */
export function actorOf(principal: Principal): string {
  return principal.keyId ?? principal.userId;
}
