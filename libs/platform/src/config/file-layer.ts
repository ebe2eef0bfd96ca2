import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Node } from 'yaml';
import type { ConfigLayer, LayerEntry } from './config-layer.js';
import type { RawValue } from './read-value.js';
import { isConfigKey } from './schema-entry.js';

/** Reads a YAML or JSON file (JSON is YAML). `name` is what mistakes call it. */
export function fileLayer(path: string, name: string): ConfigLayer {
  const fail = (problem: string, line?: number): ConfigLayer => {
    const source = line === undefined ? name : `${name}:${line}`;
    return { pinned: false, entries: [{ key: 'file', value: null, source, problem }] };
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    return fail(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) return fail(`is not valid YAML or JSON: ${error.code}`, lines.linePos(error.pos[0]).line);
  if (document.contents === null) return { pinned: false, entries: [] };
  if (!isMap(document.contents)) return fail('must hold sections with keys');
  const entries: LayerEntry[] = [];
  collect(document.contents, '', entries, (node) => `${name}:${lines.linePos(node.range?.[0] ?? 0).line}`);
  return { pinned: false, entries };
}

function collect(node: Node, path: string, entries: LayerEntry[], sourceOf: (node: Node) => string): void {
  if (isMap(node) && !isConfigKey(path)) {
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '?';
      const inner = path === '' ? name : `${path}.${name}`;
      if (value) collect(value as Node, inner, entries, sourceOf);
      else entries.push({ key: inner, value: null, source: sourceOf(key as Node) });
    }
    return;
  }
  const value = rawOf(node);
  const source = sourceOf(node);
  if (value === undefined)
    entries.push({ key: path, value: null, source, problem: 'must be a single value or a list' });
  else entries.push({ key: path, value, source });
}

/** The text as written, so that a decimal never becomes a float on its way. */
function rawOf(node: Node): RawValue | undefined {
  if (isScalar(node)) return node.value === null ? null : textOf(node.value, node.source);
  if (!isSeq(node)) return undefined;
  const items = node.items.map((item) => (isScalar(item) ? textOf(item.value, item.source) : undefined));
  return items.every((item) => item !== undefined) ? items : undefined;
}

function textOf(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}
