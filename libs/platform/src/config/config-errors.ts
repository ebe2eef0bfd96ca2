import { defineErrors } from '@sextant/kernel';

export const configErrors = defineErrors({
  CONFIG_KEY_UNKNOWN: {
    kind: 'MALFORMED',
    title: 'Unknown configuration key',
    description:
      'There is no key of this name; the detail names the nearest one. GET /api/system/config lists all.',
  },
  CONFIG_VALUE_INVALID: {
    kind: 'MALFORMED',
    title: 'Configuration value not allowed',
    description: 'The value is not of the type or in the range of its key; the detail says what is allowed.',
  },
  CONFIG_KEY_NOT_DYNAMIC: {
    kind: 'REFUSED',
    title: 'Configuration key is not dynamic',
    description: 'The key is read at start only. Change the file or variable it comes from and start again.',
  },
  CONFIG_KEY_PINNED: {
    kind: 'CONFLICT',
    title: 'Configuration key is set by the environment',
    description:
      'What the environment sets, nothing overrides. Unset the variable that the detail names first.',
  },
  CONFIG_CHANGED_MEANWHILE: {
    kind: 'PRECONDITION_FAILED',
    title: 'Configuration changed meanwhile',
    description: 'The overrides are not the ones that If-Match names. Read them again, and decide again.',
  },
  CONFIG_CHANGE_REFUSED: {
    kind: 'MALFORMED',
    title: 'Configuration change refused',
    description: 'Several values cannot be taken; `errors` names each key. Nothing was changed.',
  },
});
