export { AuditLog } from './audit-log.js';
export type { AuditRequest } from './audit-log.js';
