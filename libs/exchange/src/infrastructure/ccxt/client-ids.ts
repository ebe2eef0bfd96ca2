import type { ClientIdForm } from './venue-profile.js';

const OURS = /^ord_([0-9a-f]{32})$/;
const HEX = /^[0-9a-f]{32}$/;
const UUID = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})$/;

/** The venue takes our ids as they are. */
export const plainIds: ClientIdForm = { toWire: (id) => id, fromWire: (id) => id };

/** The venue takes letters and digits, at most 32: of an id of ours the 32 digits alone go out. */
export const hexIds: ClientIdForm = {
  toWire: (id) => OURS.exec(id)?.[1] ?? id,
  fromWire: (id) => (HEX.test(id) ? `ord_${id}` : id),
};

/** The venue takes UUIDs: ours are UUIDs v7 without the dashes. */
export const uuidIds: ClientIdForm = {
  toWire(id) {
    const hex = OURS.exec(id)?.[1];
    if (hex === undefined) return id;
    const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
    return parts.join('-');
  },
  fromWire(id) {
    const match = UUID.exec(id);
    return match === null ? id : `ord_${match.slice(1).join('')}`;
  },
};

/** For venues that nobody has looked at: some put a prefix of their own before an id. */
export const suffixIds: ClientIdForm = {
  toWire: hexIds.toWire,
  fromWire(id) {
    const hex = /[0-9a-f]{32}$/.exec(id)?.[0];
    return hex === undefined ? id : `ord_${hex}`;
  },
};
