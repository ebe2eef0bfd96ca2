import { describeConformance } from '../../libs/exchange/src/conformance/describe-conformance.contract.js';
import { chaosTarget } from './chaos-target.js';

describeConformance(chaosTarget);
