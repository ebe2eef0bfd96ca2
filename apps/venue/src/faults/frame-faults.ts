import type { StreamAction } from './fault-rule.js';
import { garbage } from './garbage.js';

/** One client connection, the same object for all of its life. */
export interface StreamConnection {
  /** Whose user stream it carries; null for market streams. */
  readonly account: string | null;
  /** Sends a frame that a fault held back; the connection may be closed by then. */
  readonly sendLater: (frame: string | Buffer) => void;
}

export interface FrameVerdict {
  /** To be sent now, in this order. */
  readonly frames: readonly (string | Buffer)[];
  /** Then the connection ends: with this code, or by a reset when it is 1006. */
  readonly close: number | null;
}

interface Held {
  readonly frame: string;
  left: number;
}

interface State {
  silent: boolean;
  /** Frames still to be lost. */
  losing: number;
  held: Held[];
}

const AS_IT_IS = (frame: string): FrameVerdict => ({ frames: [frame], close: null });
const NOTHING: FrameVerdict = { frames: [], close: null };

/** What stream faults do, with what they must remember of each connection. */
export class FrameFaults {
  #states = new WeakMap<StreamConnection, State>();

  constructor(private readonly after: (ms: number, run: () => void) => void) {}

  isSilent(connection: StreamConnection): boolean {
    return this.#states.get(connection)?.silent === true;
  }

  clear(): void {
    this.#states = new WeakMap();
  }

  apply(connection: StreamConnection, action: StreamAction | null, frame: string): FrameVerdict {
    const state = this.#states.get(connection);
    if (state === undefined && action === null) return AS_IT_IS(frame);
    const known = state ?? { silent: false, losing: 0, held: [] };
    this.#states.set(connection, known);
    if (known.silent) return NOTHING;
    if (known.losing > 0) {
      known.losing -= 1;
      return NOTHING;
    }
    if (action?.kind === 'REORDER') {
      known.held.push({ frame, left: action.frames });
      return NOTHING;
    }
    const verdict = action === null ? AS_IT_IS(frame) : this.#act(connection, known, action, frame);
    if (known.held.length === 0 || verdict.frames.length === 0) return verdict;
    return { ...verdict, frames: [...verdict.frames, ...released(known)] };
  }

  #act(connection: StreamConnection, state: State, action: StreamAction, frame: string): FrameVerdict {
    switch (action.kind) {
      case 'DROP_FRAME':
      case 'REORDER':
        return NOTHING;
      case 'DUPLICATE':
        return { frames: [frame, frame], close: null };
      case 'GAP':
        state.losing = action.frames - 1;
        return NOTHING;
      case 'FLOOD':
        return { frames: Array.from({ length: action.frames }, () => frame), close: null };
      case 'GARBAGE':
        return { frames: [garbage(action.what)], close: null };
      case 'DISCONNECT':
        return { frames: [], close: action.code };
      case 'DELAY':
        this.after(action.ms, () => connection.sendLater(frame));
        return NOTHING;
      case 'STALL':
        state.silent = true;
        if (action.ms !== null) this.after(action.ms, () => (state.silent = false));
        return NOTHING;
    }
  }
}

function released(state: State): string[] {
  for (const held of state.held) held.left -= 1;
  const free = state.held.filter(({ left }) => left <= 0).map(({ frame }) => frame);
  state.held = state.held.filter(({ left }) => left > 0);
  return free;
}
