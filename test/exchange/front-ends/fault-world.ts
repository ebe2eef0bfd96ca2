import { openConformanceWorld } from '@sextant/exchange';
import type { ConformanceWorld, GatewayOutcome } from '@sextant/exchange';
import { targetAt } from './front-end-target.js';
import type { Dialled, FrontEnd } from './front-end-target.js';
import type { DoorFault } from './loopback-door.js';
import { unhurriedChannels } from './unhurried-channels.js';

export interface FaultWorld<Venue extends FrontEnd> {
  frontEnd: Venue;
  world: ConformanceWorld;
  close(): Promise<void>;
}

/** A session at a front-end whose wires a spec can cut. */
export async function openFaultWorld<Venue extends FrontEnd>(
  dialled: Dialled,
  start: () => Promise<Venue>,
): Promise<FaultWorld<Venue>> {
  const frontEnd = await start();
  const channels = await unhurriedChannels();
  const world = await openConformanceWorld(targetAt(frontEnd, dialled, channels));
  return {
    frontEnd,
    world,
    close: async () => {
      await world.session.close();
      await channels.stop();
      await frontEnd.close();
    },
  };
}

/** What can become of the answer to a placement. */
export const HARMS: readonly (readonly [name: string, harm: DoorFault['harm']])[] = [
  ['is dropped', 'DROP'],
  ['is a reset', 'RESET'],
  ['is cut', 'TRUNCATE'],
  ['is a 500', 500],
  ['is a 502', 502],
  ['is a 503', 503],
  ['is a 504', 504],
];

export function valueOf<T>(outcome: GatewayOutcome<T>): T {
  if (outcome.outcome !== 'CONFIRMED') throw new Error(JSON.stringify(outcome.reason));
  return outcome.value;
}
