import { instantIn, utcTime, type LocalTime } from '../../domain/processes/time-zone.ts';

/** How dates are written in instructions. */
export interface DateOptions {
  /**
   * `d dd M MM yyyy yy H HH m mm s ss`, other characters as they stand, `[…]` for a part that may be missing; for example
   * `dd/MM/yyyy`. Without a time in it, `[ HH:mm[:ss]]` is added. One digit is taken where two are asked for.
   */
  readonly dateFormat: string;
  /** IANA name, for example `Europe/Paris`, or `UTC`. */
  readonly timeZone: string;
}

type Part = keyof LocalTime;

const symbols: ReadonlyMap<string, readonly [part: Part, digits: string]> = new Map([
  ['d', ['day', String.raw`\d{1,2}`]],
  ['dd', ['day', String.raw`\d{1,2}`]],
  ['M', ['month', String.raw`\d{1,2}`]],
  ['MM', ['month', String.raw`\d{1,2}`]],
  ['yy', ['year', String.raw`\d{2}`]],
  ['yyyy', ['year', String.raw`\d{4}`]],
  ['H', ['hour', String.raw`\d{1,2}`]],
  ['HH', ['hour', String.raw`\d{1,2}`]],
  ['m', ['minute', String.raw`\d{1,2}`]],
  ['mm', ['minute', String.raw`\d{1,2}`]],
  ['s', ['second', String.raw`\d{1,2}`]],
  ['ss', ['second', String.raw`\d{1,2}`]],
]);

const longestDate = 64;

/** @throws {RangeError} for a format or a time zone that does not exist; the message says which. */
export const checkDateOptions = ({ dateFormat, timeZone }: DateOptions): void => {
  const parts = ['d', 'M', 'y'].map((part) => dateFormat.split(new RegExp(`${part}+`, 'u')).length - 1);
  try {
    compile(dateFormat);
  } catch {
    parts.push(0);
  }
  if (parts.some((count) => count !== 1)) {
    throw new RangeError(
      `"${dateFormat}" is no date format: write day, month and year once each, for example dd/MM/yyyy`,
    );
  }
  try {
    instantIn(timeZone, 0);
  } catch {
    throw new RangeError(`"${timeZone}" is no time zone: write an IANA name, for example Europe/Paris`);
  }
};

/** The format with the time of day that is understood after a date. */
export const fullDateFormat = (dateFormat: string): string =>
  dateFormat.includes('H') ? dateFormat : `${dateFormat}[ HH:mm[:ss]]`;

const compile = (dateFormat: string): RegExp => {
  const source = fullDateFormat(dateFormat).replace(/([dMyHms])\1*|[^dMyHms]/gu, (token) => {
    const symbol = symbols.get(token);
    if (symbol !== undefined) return `(?<${symbol[0]}>${symbol[1]})`;
    if (/^[dMyHms]/u.test(token)) throw new RangeError(`${token} means nothing in a date format`);
    if (token === '[') return '(?:';
    if (token === ']') return ')?';
    return token === ' ' ? ' +' : token.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
  });
  return new RegExp(`^${source}$`, 'u');
};

const iso =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})(?:[T ](?<hour>\d{2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,]\d{1,9})?)?(?<offset>Z|[+-]\d{2}(?::?\d{2})?)?)?$/iu;

/**
 * The instant that a text means, as ISO 8601 UTC, by the format or by ISO 8601; null when it means none. Without an offset it
 * is a time in the zone, and a date alone is its midnight.
 */
export const readDate = (text: string, { dateFormat, timeZone }: DateOptions): string | null => {
  if (text.length > longestDate) return null;
  const groups = (compile(dateFormat).exec(text) ?? iso.exec(text))?.groups;
  if (groups === undefined) return null;
  const part = (name: Part): number => Number(groups[name] ?? 0);
  const year = part('year');
  const time = utcTime({
    year: groups['year']?.length === 2 ? 2000 + year : year,
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  });
  if (time === null) return null;
  const offset = groups['offset'];
  const instant = offset === undefined ? instantIn(timeZone, time) : time - offsetMs(offset);
  return new Date(instant).toISOString();
};

const offsetMs = (offset: string): number => {
  const digits = offset.replace(/\D/gu, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2));
  return (offset.startsWith('-') ? -minutes : minutes) * 60_000;
};
