import type { RawValue } from './read-value.js';

/** One value as a layer states it. */
export interface LayerEntry {
  /** Dotted, as written; perhaps unknown. */
  key: string;
  value: RawValue;
  source: string;
  /** Set instead of `value` when the value could not be read at all. */
  problem?: string;
}

/** The values of one file or of the environment. */
export interface ConfigLayer {
  entries: LayerEntry[];
  /** True for the environment: what it sets, no override changes. */
  pinned: boolean;
}
