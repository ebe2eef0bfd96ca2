import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

const FOLDERS = ['apps', 'bench', 'libs', 'test', 'tools'];
const SETTINGS = [
  '.dependency-cruiser.cjs',
  '.oxlintrc.json',
  'package.json',
  'tsconfig.json',
  'tsconfig.base.json',
];

/** What a rule is expected to say about a planted file. */
export interface Violation {
  rule: string;
  /** Path of the file it stands in. */
  from: string;
}

export interface FenceReport {
  /** Modules that dependency-cruiser read and understood. */
  modules: number;
  sources: number;
  /** Commands and queries for which a handler was found. */
  handlers: number;
  rules: string[];
  violations: (Violation & { to: string })[];
}

/** A copy of the sources, with the real rules, in which files can be added that break them. */
export class PlantedTree {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'sextant-fence-'));

  constructor() {
    for (const name of SETTINGS) cpSync(path.join(root, name), path.join(this.folder, name));
    for (const name of FOLDERS) this.copySources(name);
    symlinkSync(path.join(root, 'node_modules'), path.join(this.folder, 'node_modules'));
  }

  plant(file: string, text: string): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  append(file: string, text: string): void {
    appendFileSync(path.join(this.folder, file), text);
  }

  /** What oxlint says about the tree. */
  lint(): { files: number; violations: Violation[] } {
    const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');
    const folders = FOLDERS.filter((name) => existsSync(path.join(this.folder, name)));
    const run = spawnSync(process.execPath, [oxlint, '--format', 'json', ...folders], this.options());
    const report = JSON.parse(run.stdout) as { number_of_files: number; diagnostics: Diagnostic[] };
    const violations = report.diagnostics.map(({ code, filename }) => ({ rule: code, from: filename }));
    return { files: report.number_of_files, violations };
  }

  /** What the fence says about the tree, and how much of it was read. */
  fence(): FenceReport {
    const run = spawnSync(process.execPath, [path.join(root, 'tools/fence.mjs'), '--json'], this.options());
    return JSON.parse(run.stdout);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private options() {
    return { cwd: this.folder, encoding: 'utf8', maxBuffer: 1 << 28 } as const;
  }

  private copySources(name: string): void {
    let files: string[];
    try {
      files = readdirSync(path.join(root, name), { recursive: true, encoding: 'utf8' });
    } catch {
      return;
    }
    for (const file of files.filter((each) => /\.(ts|mjs)$/.test(each))) {
      cpSync(path.join(root, name, file), path.join(this.folder, name, file));
    }
  }
}

interface Diagnostic {
  code: string;
  filename: string;
}
