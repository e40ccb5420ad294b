import type { Settled } from './settle.ts';
import { settle, type Settlement } from './settle.ts';
import type { DateOptions } from './dates.ts';
import type { Place } from '../text/lines.ts';
import type { Occurrence } from '../scan/occurrences.ts';
import { readValue } from './values.ts';

export interface QuotedOccurrence extends Occurrence {
  readonly depth: number;
}

type Identifier = 'RFC_NUMBER' | 'ACTION_ID';

export const isIdentifier = (name: string): name is Identifier => name === 'RFC_NUMBER' || name === 'ACTION_ID';

/**
 * What quoted text adds to `own`, the values that the sender wrote: ticket and action, where the sender names none. The mail
 * that is answered counts, not those that it quotes in turn. An action goes with its ticket: the one quoted beside another
 * ticket than the sender's is left alone. What is no value is no fault here, because the sender did not write it.
 */
export const quotedIdentity = (
  quoted: readonly QuotedOccurrence[],
  own: Settlement['values'],
  options: DateOptions,
  placeOf: (at: number) => Place | null,
): Settlement => {
  const nearest = (name: Identifier): readonly Occurrence[] => {
    const valid = quoted.filter((one) => one.name === name && readValue(one.kind, one.value, options).ok);
    const depth = valid.reduce((least, one) => Math.min(least, one.depth), Number.POSITIVE_INFINITY);
    return valid.filter((one) => one.depth === depth);
  };
  const ticket = own.get('RFC_NUMBER');
  const quotedTicket = nearest('RFC_NUMBER');
  const isOtherTicket = ticket !== undefined && quotedTicket.some((one) => !isSame(one, ticket));
  const wanted = [
    ...(ticket === undefined ? quotedTicket : []),
    ...(own.has('ACTION_ID') || isOtherTicket ? [] : nearest('ACTION_ID')),
  ];
  return settle(wanted, options, placeOf);
};

const isSame = ({ value }: Occurrence, settled: Settled): boolean => value.toUpperCase() === settled.value;
