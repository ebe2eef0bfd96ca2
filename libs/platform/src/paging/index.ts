export { DEFAULT_PAGE_LIMIT, encodeCursor, MAX_PAGE_LIMIT, pageOf, pageRequest } from './page.js';
export type { CursorPart, Page, PagedList, PageRequest } from './page.js';
export { pagingErrors } from './paging-errors.js';
