import { describeConformance } from '../../libs/exchange/src/conformance/describe-conformance.contract.js';
import { chaosFuturesTarget, chaosTarget } from './chaos-target.js';

describeConformance(chaosTarget);
describeConformance(chaosFuturesTarget);
