/**
 * Lets a child process of a test run the sources: `node --import ./test/processes/typescript-loader.mjs file.ts`.
 * Resolution as in tsconfig.json, compilation as in .swcrc.
 */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { transformSync } from '@swc/core';

const root = new URL('../../', import.meta.url);
const { $schema, ...swcrc } = JSON.parse(readFileSync(new URL('.swcrc', root), 'utf8'));
delete swcrc.jsc.paths;
delete swcrc.jsc.baseUrl;

function sourceOf(specifier, parentURL) {
  const library = /^@sextant\/([^/]+)$/.exec(specifier);
  if (library)
    return new URL(
      library[1] === 'testing' ? 'test/support/index.ts' : `libs/${library[1]}/src/index.ts`,
      root,
    );
  if (!specifier.startsWith('.') || !specifier.endsWith('.js') || !parentURL?.endsWith('.ts')) return null;
  const url = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
  return existsSync(url) ? url : null;
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    const source = sourceOf(specifier, context.parentURL);
    return source === null
      ? nextResolve(specifier, context)
      : { url: source.href, format: 'module', shortCircuit: true };
  },
  load(url, context, nextLoad) {
    if (!url.startsWith(pathToFileURL(fileURLToPath(root)).href) || !url.endsWith('.ts'))
      return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      ...swcrc,
      swcrc: false,
      filename,
      sourceMaps: 'inline',
      module: { type: 'es6' },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
