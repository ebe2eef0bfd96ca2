import { defineErrors } from '@sextant/kernel';

export const exchangeErrors = defineErrors({
  UNKNOWN_VENUE: {
    kind: 'NOT_FOUND',
    title: 'Unknown venue',
    description: 'No venue of this installation has that name. `GET /api/exchanges` lists them.',
  },
});
