// The part of the fence that looks across files: imports (dependency-cruiser) and handlers. What a single file
// shows is oxlint's part (.oxlintrc.json, tools/lint).
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const FOLDERS = ['apps', 'libs', 'test', 'bench'];
const require = createRequire(import.meta.url);

/**
 * @param {string} root the tree to look at
 * @param {string} node the Node to run dependency-cruiser on
 * @returns {Promise<{ modules: number; sources: number; handlers: number; rules: string[]; violations: { rule: string; from: string; to: string }[] }>}
 */
export async function checkFence(root, node = process.execPath) {
  const folders = FOLDERS.filter((folder) => existsSync(path.join(root, folder)));
  const sources = folders.flatMap((folder) => typeScriptIn(path.join(root, folder)));
  const { modules, violations } = await cruise(root, node, folders);
  const { handlers, violations: unhandled } = checkHandlers(root, sources);
  violations.push(...unhandled);
  // A parser that does not understand our TypeScript reads nothing and finds nothing wrong.
  if (modules < sources.length || modules === 0) {
    violations.push({
      rule: 'modules-read',
      from: `${modules} modules`,
      to: `${sources.length} source files`,
    });
  }
  return { modules, sources: sources.length, handlers, rules: ruleNames(root), violations };
}

function ruleNames(root) {
  const { forbidden } = require(path.join(root, '.dependency-cruiser.cjs'));
  return [...forbidden.map((rule) => rule.name), 'one-handler', 'modules-read'];
}

async function cruise(root, node, folders) {
  const bin = fileURLToPath(
    new URL('../node_modules/dependency-cruiser/bin/dependency-cruiser.mjs', import.meta.url),
  );
  const args = [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders];
  // It exits with the number of violations: only output that is not its report is a failure.
  const { stdout } = await promisify(execFile)(node, args, { cwd: root, maxBuffer: 1 << 28 }).catch(
    (error) => {
      if (error.stdout?.startsWith('{')) return error;
      throw error;
    },
  );
  const report = JSON.parse(stdout);
  const own = report.modules.filter((module) =>
    folders.some((folder) => module.source.startsWith(`${folder}/`)),
  );
  return {
    modules: own.filter(({ source, couldNotResolve }) => source.endsWith('.ts') && !couldNotResolve).length,
    violations: report.summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

/**
 * Each command and query has exactly one handler. A message is known by its heritage (`extends Command<R>`,
 * `extends Query<R>`), by a handler's decorator, or by being dispatched: `commands.execute(new PlaceOrder(…))`.
 */
function checkHandlers(root, sources) {
  const ts = require('typescript');
  const messages = new Map();
  const handlers = new Map();
  const note = (map, name, file) => map.set(name, [...(map.get(name) ?? []), path.relative(root, file)]);
  for (const file of sources.filter((name) => !/\.(spec|contract)\.ts$/.test(name) && !inTests(root, name))) {
    const text = readFileSync(file, 'utf8');
    if (!/Command|Query|\.execute\(/.test(text)) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
    visit(ts, source, (kind, name) => note(kind === 'handler' ? handlers : messages, name, file));
  }
  const forgotten = [...messages].filter(([name]) => !handlers.has(name));
  const doubled = [...handlers].filter(([, files]) => files.length > 1);
  return {
    handlers: handlers.size,
    violations: [
      ...forgotten.map(([name, [from]]) => no(name, from, 'no handler')),
      ...doubled.map(([name, files]) => no(name, files[0], `handled again in ${files.slice(1).join(', ')}`)),
    ],
  };
}

function no(name, from, what) {
  return { rule: 'one-handler', from, to: `${name}: ${what}` };
}

function visit(ts, node, found) {
  if (ts.isDecorator(node) && ts.isCallExpression(node.expression)) {
    const { expression, arguments: args } = node.expression;
    if (/^(CommandHandler|QueryHandler)$/.test(expression.getText()) && args[0])
      found('handler', args[0].getText());
  }
  if (ts.isClassDeclaration(node) && node.name && node.heritageClauses?.some((clause) => isMessage(clause))) {
    found('message', node.name.text);
  }
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const { name, expression } = node.expression;
    const [sent] = node.arguments;
    if (name.text === 'execute' && isBus(expression.getText()) && sent && ts.isNewExpression(sent)) {
      found('message', sent.expression.getText());
    }
  }
  ts.forEachChild(node, (child) => visit(ts, child, found));
}

function isMessage(clause) {
  return clause.types.some((type) => /^(Command|Query|ICommand|IQuery)(<|$)/.test(type.getText()));
}

function isBus(text) {
  return /(^|\.)(#?_?)(commands|queries|commandBus|queryBus|bus)$/i.test(text);
}

function inTests(root, file) {
  return /^(test|bench)[\\/]/.test(path.relative(root, file));
}

function typeScriptIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.d.ts') && !/(^|[\\/])node_modules[\\/]/.test(name),
    )
    .map((name) => path.join(folder, name))
    .sort();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const found = await checkFence(process.cwd());
  const { modules, sources, violations } = found;
  if (process.argv.includes('--json')) console.log(JSON.stringify(found));
  for (const { rule, from, to } of violations) console.error(`${rule}: ${from} → ${to}`);
  console.error(`${modules} modules read of ${sources} source files, ${violations.length} violations`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
