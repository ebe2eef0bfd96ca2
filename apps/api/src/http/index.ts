export { DecimalString, Field } from './field.js';
export type { DecimalOptions, FieldOptions, IntegerOptions, ListOptions, TextOptions } from './field.js';
export { PageInfo, PageQuery, PageResponse } from './page.js';
export { Problems } from './problems.js';
