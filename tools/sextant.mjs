// `npm run sextant -- <command>`: the operator's terminal, built when needed, on the pinned Node. What this file
// says goes to stderr: stdout is the command's alone.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const node = pinnedNode();
  await ensureBuilt();
  const cli = path.join(root, 'dist', 'apps', 'cli', 'src', 'main.js');
  process.exitCode = await runInForeground(node, ['--enable-source-maps', cli, ...process.argv.slice(2)]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
