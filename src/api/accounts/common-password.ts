import { ZxcvbnFactory } from '@zxcvbn-ts/core';
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common';

/** What is judged of a password: the work grows faster than the text, and whoever guesses begins at the beginning. */
const judgedCharacters = 64;
/** Of 0 to 4: "safely unguessable" begins at 3, or 10^8 guesses. */
const good = 3;

let estimator: ZxcvbnFactory | undefined;

/** Whether it would be among the first that anybody tries: a known one (a kept list of 30,000), a row of keys, a repetition, a date. */
export const isCommonPassword = (password: string): boolean => {
  estimator ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs });
  return estimator.check(password.slice(0, judgedCharacters)).score < good;
};
