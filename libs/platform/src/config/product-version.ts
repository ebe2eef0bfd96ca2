import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findConfigDirectory } from './load-config.js';

/** The version that the package states. */
export function productVersion(): string {
  const text = readFileSync(join(findConfigDirectory(), '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
