// `npm run venue -- <options>`: the chaos venue, an exchange to rehearse against, built when needed, on the pinned
// Node. What this file says goes to stderr: stdout is the venue's alone.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const node = pinnedNode();
  await ensureBuilt();
  const venue = path.join(root, 'dist', 'apps', 'venue', 'src', 'main.js');
  process.exitCode = await runInForeground(node, ['--enable-source-maps', venue, ...process.argv.slice(2)]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
