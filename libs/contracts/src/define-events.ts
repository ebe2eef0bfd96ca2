/** One event type of a context, as its readers see it; `docs/reference/events.md` is generated from these. */
export interface EventEntry {
  /** What has happened when this event is in the log. */
  description: string;
  /** Field of the payload → what it holds, with unit and form. */
  payload: Readonly<Record<string, string>>;
}

/**
 * Declares the events a context writes: `export const executionEvents = defineEvents({ OrderPlaced: { … } })`.
 * Names are past tense and never change once published; a field is added, never given another meaning.
 */
export function defineEvents<const T extends Record<string, EventEntry>>(entries: T): T {
  return entries;
}
