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
  // Young objects get half of what Node would give them: 40 MB less memory, and no order the slower for it.
  const flags = ['--max-semi-space-size=8', '--enable-source-maps'];
  process.exitCode = await runInForeground(node, [...flags, app, ...process.argv.slice(2)]);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
