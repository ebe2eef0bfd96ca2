// `npm run conformance -- <module>`: holds an adapter against the port, built when needed, on the pinned Node. What this
// file says goes to stderr: stdout is the report's alone.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const node = pinnedNode();
  await ensureBuilt();
  const main = path.join(root, 'dist', 'libs', 'exchange', 'src', 'conformance', 'main.js');
  process.exitCode = await runInForeground(node, ['--enable-source-maps', main, ...process.argv.slice(2)]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
