import type { JsonObject } from '@sextant/contracts';
import type { PortfolioSnapshot } from '../../domain/portfolio-aggregate.js';
import { emptied, ledgerProjections, projectionName, projectionValues } from './projections.js';
import type { Projection } from './projections.js';

/** A live value that the ledger does not give: `what` names row and field. */
export interface ProjectionDifference {
  what: string;
  live: string;
  ledger: string;
}

/** An event tells so many; a terminal tells all. */
const MOST_TOLD = 100;

/** The first differences, as an event carries them. */
export function toldDifferences({
  differences,
}: {
  differences: readonly ProjectionDifference[];
}): JsonObject[] {
  return differences.slice(0, MOST_TOLD).map((one) => ({ ...one }));
}

/** A row that is not what the ledger gives, and what it has to be. */
export interface WrongRow {
  right: Projection;
  differences: ProjectionDifference[];
}

/** Digit by digit. A row that is missing on one side is a row with nothing in it. */
export function wrongRows(snapshot: PortfolioSnapshot, live: readonly Projection[]): WrongRow[] {
  const ledger = byName(ledgerProjections(snapshot));
  const stored = byName(live);
  const names = [...new Set([...ledger.keys(), ...stored.keys()])].sort();
  return names
    .map((name) => wrongRow(name, stored.get(name), ledger.get(name)))
    .filter(({ differences }) => differences.length > 0);
}

function byName(rows: readonly Projection[]): Map<string, Projection> {
  return new Map(rows.map((row) => [projectionName(row), row]));
}

/** At least one of the two is there. */
function wrongRow(name: string, live: Projection | undefined, ledger: Projection | undefined): WrongRow {
  const right = ledger ?? emptied(live!);
  const values = projectionValues(right);
  const stored = projectionValues(live ?? emptied(right));
  const differences = [...values]
    .map(([field, value]) => ({ what: `${name}${field}`, live: stored.get(field)!, ledger: value }))
    .filter((one) => one.live !== one.ledger);
  return { right, differences };
}
