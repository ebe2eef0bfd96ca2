// `npm start`: from a fresh clone to a running application. Runs on the machine's own Node (see bootstrap.mjs); the
// application itself starts its database, migrates and says where it is to be found. package.json begins the command
// with `exec`, because a shell in between would end itself on Ctrl-C, whatever the exit code here.
import path from 'node:path';
import { ensureBuilt, ensureInstalled, pinnedNode, root, say } from './bootstrap.mjs';
import { runInForeground } from './foreground.mjs';

try {
  await ensureInstalled();
  const node = pinnedNode();
  await ensureBuilt();
  say('Starting Sextant …');
  const app = path.join(root, 'dist', 'apps', 'api', 'src', 'main.js');
  process.exitCode = await runInForeground(node, ['--enable-source-maps', app, ...process.argv.slice(2)]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
