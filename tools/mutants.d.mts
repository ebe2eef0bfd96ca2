export interface Mutant {
  name: string;
  what: string;
  caughtBy: { kind: 'SIMULATION' } | { kind: 'SPEC'; file: string; name: string };
  edits: { file: string; find: string; replace: string }[];
}

export const protocolMutants: readonly Mutant[];

/** The changed sources as text, by file. @throws Error when an anchor is not there exactly once. */
export function mutated(mutant: Mutant, from?: string): Map<string, string>;

/** A copy of the source to break things in. */
export function copyOfSource(): { folder: string; remove: () => void };

/** `after`: schedules until it was seen; null when it was not, or when a test saw it. */
export function runMutant(
  mutant: Mutant,
  folder: string,
  options: { seed: number; node?: string },
): Promise<{ caught: boolean; after: number | null; how: string }>;
