import type { JsonObject } from '@sextant/contracts';

/** What this installation can do, told by those who do it; `GET /api/system/capabilities` shows it. */
export class Capabilities {
  private readonly sections = new Map<string, JsonObject>();

  /** @throws Error when two parts claim one section. */
  declare(section: string, facts: JsonObject): void {
    if (this.sections.has(section)) throw new Error(`Capabilities of ${section} are declared twice.`);
    this.sections.set(section, facts);
  }

  all(): JsonObject {
    return Object.fromEntries([...this.sections].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
}
