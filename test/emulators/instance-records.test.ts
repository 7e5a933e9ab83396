/** The record function against moto. */
import { recordFunctionSuite } from './record-function-suite';

recordFunctionSuite();
