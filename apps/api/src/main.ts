import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Reading and compiling modules is most of a start. Where the folder cannot be written, nothing is kept.
enableCompileCache(join(import.meta.dirname, '..', '..', '..', '..', '.cache', 'v8'));
const { runApi } = await import('./run-api.js');
await runApi();
