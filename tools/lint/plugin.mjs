import { noAmbient } from './no-ambient.mjs';
import { noFloatMoney } from './no-float-money.mjs';

/** The project's own lint rules, loaded by oxlint (`jsPlugins` in .oxlintrc.json). */
export default {
  meta: { name: 'sextant' },
  rules: { 'no-ambient': noAmbient, 'no-float-money': noFloatMoney },
};
