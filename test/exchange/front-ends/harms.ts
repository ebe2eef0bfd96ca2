import type { GatewayOutcome } from '@sextant/exchange';
import type { Harm } from './loopback.js';

/** The ways in which an answer is lost that the fault specs of all venues go through. */
export const harms: readonly (readonly [name: string, harm: Harm])[] = [
  ['is dropped', { kind: 'DROP' }],
  ['is a reset', { kind: 'RESET' }],
  ['never comes', { kind: 'HANG' }],
  ['is a 500', { kind: 'STATUS', status: 500, body: '{"error":"internal"}' }],
  ['is a 502 of a gateway', { kind: 'STATUS', status: 502, body: '<html>Bad Gateway</html>' }],
  ['is a 504', { kind: 'STATUS', status: 504, body: '' }],
  ['is cut', { kind: 'TRUNCATE' }],
];

/** @throws Error with the reason when it is not confirmed */
export function valueOf<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome.reason));
  return outcome.value;
}
