/** The record function against ministack, which lists, refuses and propagates more as Route 53 does. */
import { startMinistack } from './ministack';
import { recordFunctionSuite } from './record-function-suite';

recordFunctionSuite(startMinistack);
