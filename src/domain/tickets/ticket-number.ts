import { ticketTypes, type TicketType } from './ticket.ts';

/** The highest number of a day and type: the format has six digits (spec §1). */
const maxTicketSequence = 999_999;

/**
 * `I261123_000001`. `day` is `yyyy-mm-dd` in the agent's time zone, `sequence` counts from 1 within a day and type.
 * Throws RangeError for another form of day or a sequence outside 1 … 999999.
 */
export const formatTicketNumber = (type: TicketType, day: string, sequence: number): string => {
  const match = /^\d\d(\d\d)-(\d\d)-(\d\d)$/.exec(day);
  if (match === null) throw new RangeError(`The day of a ticket number is yyyy-mm-dd, not ${JSON.stringify(day)}.`);
  if (!Number.isInteger(sequence) || sequence < 1 || sequence > maxTicketSequence)
    throw new RangeError(`The sequence of a ticket number is 1 to ${maxTicketSequence}, not ${sequence}.`);
  return `${type}${match.slice(1).join('')}_${String(sequence).padStart(6, '0')}`;
};

/** The number in its one spelling (upper case), with the type its letter stands for; null when the text is no ticket number. */
export const parseTicketNumber = (text: string): { readonly number: string; readonly type: TicketType } | null => {
  const number = text.trim().toUpperCase();
  if (!/^[A-Z]\d{6}_\d{6}$/.test(number)) return null;
  const type = ticketTypes.find((letter) => number.startsWith(letter));
  return type === undefined ? null : { number, type };
};

/** A number without its letter, as the manual writes `100622_000027`: it may mean one ticket of each type. */
export const isBareNumber = (text: string): boolean => /^\d{6}_\d{6}$/.test(text);

/**
 * The first `[I160824_000001]` of a subject (spec §7), upper case, also without its letter; null when there is none. Mail programs put marks of direction
 * into it, keyboards of East Asia write it in full width.
 */
export const ticketNumberInSubject = (subject: string): string | null => {
  const plain = subject.normalize('NFKC').replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  for (const [, inside] of plain.matchAll(/\[\s{0,8}([A-Za-z]?\d{6}_\d{6})\s{0,8}\]/g)) {
    const number = isBareNumber(inside ?? '') ? inside : parseTicketNumber(inside ?? '')?.number;
    if (number !== undefined) return number;
  }
  return null;
};
