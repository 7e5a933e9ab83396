import { CfnParameter, Reference, Token, Tokenization } from 'aws-cdk-lib';

/** A number as far as synth can tell. */
export interface Estimate {
  readonly value: number;
  /** False where only a deploy knows it. */
  readonly known: boolean;
}

/** What a number stands for that may be a token: the default of a parameter, if it has one, else what is assumed. */
export function estimate(value: number, otherwise: number): Estimate {
  if (!Token.isUnresolved(value)) return { value, known: true };
  const token = Tokenization.reverseNumber(value);
  const parameter = Reference.isReference(token) ? token.target : undefined;
  const byDefault: unknown = parameter instanceof CfnParameter ? parameter.default : undefined;
  const isNumber = (typeof byDefault === 'number' || typeof byDefault === 'string') && byDefault !== '';
  const number = isNumber && !Token.isUnresolved(byDefault) ? Number(byDefault) : Number.NaN;
  return { value: Number.isNaN(number) ? otherwise : number, known: false };
}
