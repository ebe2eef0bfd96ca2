import type { LoopbackProtocol } from '../loopback-target.js';
import { SpotDesk } from '../spot-desk.js';
import { openOkx } from './okx-front-end.js';

const credential = {
  apiKey: 'rehearsal-okx',
  secret: 'rehearsal-secret',
  passphrase: 'rehearsal-phrase',
};

export const OKX: LoopbackProtocol = {
  ccxtId: 'okx',
  credential,
  paths: {
    PLACE: '/api/v5/trade/order',
    PLACE_CONDITIONAL: '/api/v5/trade/order',
    CANCEL: '/api/v5/trade/cancel-order',
    CANCEL_CONDITIONAL: '/api/v5/trade/cancel-order',
    AMEND: '/api/v5/trade/amend-order',
  },
  passesTime: true,
  open: (venue) => openOkx(new SpotDesk(venue, 'rehearsal', 'EXPIRE_MAKER'), credential),
};
