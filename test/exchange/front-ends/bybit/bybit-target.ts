import type { LoopbackProtocol } from '../loopback-target.js';
import { SpotDesk } from '../spot-desk.js';
import { openBybit } from './bybit-front-end.js';

const credential = { apiKey: 'rehearsal-bybit', secret: 'rehearsal-secret', passphrase: null };

export const BYBIT: LoopbackProtocol = {
  ccxtId: 'bybit',
  credential,
  paths: {
    PLACE: '/v5/order/create',
    PLACE_CONDITIONAL: '/v5/order/create',
    CANCEL: '/v5/order/cancel',
    CANCEL_CONDITIONAL: '/v5/order/cancel',
    AMEND: '/v5/order/amend',
  },
  open: (venue) => openBybit(new SpotDesk(venue, 'rehearsal', 'NONE'), credential),
};
