import { covers, isLater, scopeKey, strictness } from './kill-switch.js';
import type { KillSwitch, SwitchSubject } from './kill-switch.js';

/** Every switch that a process knows of, by scope. In whichever order words come, the same ones stand in the end. */
export class KillSwitches {
  private readonly words = new Map<string, KillSwitch>();
  private active: readonly KillSwitch[] = [];

  /** True when it is the latest word about its scope, and a new one. */
  take(word: KillSwitch): boolean {
    const known = this.words.get(scopeKey(word));
    if (known !== undefined && !isLater(word, known)) return false;
    this.words.set(scopeKey(word), word);
    this.active = [...this.words.values()].filter(({ mode }) => mode !== null);
    return true;
  }

  /** The last word about a scope, a release too. */
  last(scope: Pick<KillSwitch, 'tenantId' | 'scope'>): KillSwitch | undefined {
    return this.words.get(scopeKey(scope));
  }

  /** Those that are on. */
  on(): readonly KillSwitch[] {
    return this.active;
  }

  /** The strictest that applies; of equals the first that was switched on. */
  inForce(subject: SwitchSubject): KillSwitch | null {
    let strictest: KillSwitch | null = null;
    for (const word of this.active) {
      if (strictest !== null && strictness(word) <= strictness(strictest)) continue;
      if (covers(word, subject)) strictest = word;
    }
    return strictest;
  }
}
