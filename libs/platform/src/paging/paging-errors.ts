import { defineErrors } from '@sextant/kernel';

export const pagingErrors = defineErrors({
  CURSOR_INVALID: {
    kind: 'MALFORMED',
    title: 'Invalid cursor',
    description:
      'A cursor is opaque text that a list returned as `nextCursor`; it belongs to that list alone.',
  },
  LIMIT_INVALID: {
    kind: 'MALFORMED',
    title: 'Invalid limit',
    description: 'A page holds 1 to 500 items.',
  },
});
