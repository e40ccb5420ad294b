/** A date and a time of day as a clock on the wall shows them. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const dayMs = 86_400_000;

/** Milliseconds since the epoch of this time in UTC; null when the calendar or the clock does not have it. */
export const utcTime = ({ year, month, day, hour, minute, second }: LocalTime): number | null => {
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(time);
  const exists =
    year >= 1900 &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    hour < 24 &&
    minute < 60 &&
    second < 60;
  return exists ? time : null;
};

/** The day on the wall at an instant, as the milliseconds of its midnight in UTC. */
export const localDay = (timeZone: string, time: number): number => {
  const local = time + offsetAt(formatOf(timeZone), time);
  return local - (((local % dayMs) + dayMs) % dayMs);
};

const createFormat = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });

/** Making one costs a hundred times what using it does. */
const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = createFormat(timeZone);
    formats.set(timeZone, format);
  }
  return format;
};

/** How far the zone is ahead of UTC at an instant, in milliseconds. */
const offsetAt = (format: Intl.DateTimeFormat, time: number): number => {
  const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return local - Math.floor(time / 1000) * 1000;
};

/**
 * The instant of a wall-clock time in a zone. Of an hour that comes twice (clocks go back) the first is meant; a time that is
 * skipped (clocks go forward) counts by the offset before, so that 02:30 is 03:30. RFC 5545 §3.3.5 has the same rule.
 * @throws {RangeError} for an unknown time zone.
 */
export const instantIn = (timeZone: string, time: number): number => {
  const format = formatOf(timeZone);
  const before = offsetAt(format, time - dayMs);
  const after = offsetAt(format, time + dayMs);
  const holds = (offset: number): boolean => offsetAt(format, time - offset) === offset;
  return time - (holds(before) || !holds(after) ? before : after);
};
