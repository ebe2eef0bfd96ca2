export { ContextsModule } from './contexts.module.js';
export type { ProcessOptions } from './contexts.module.js';
export { sextantModel } from './sextant-model.js';
