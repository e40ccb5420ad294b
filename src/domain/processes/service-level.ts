/** Minutes of the calendar's hours, from registration. */
export interface Target {
  readonly responseMinutes: number;
  readonly solutionMinutes: number;
}

/** By priority, `1` highest … `5` lowest. */
export type Targets = Readonly<Partial<Record<'1' | '2' | '3' | '4' | '5', Target>>>;

/** ISO 8601 weekday, 1 Monday … 7 Sunday. */
export type Weekday = '1' | '2' | '3' | '4' | '5' | '6' | '7';

/** `HH:mm`, from inclusive, to exclusive; `24:00` is the day's end. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

/** When a support group works. */
export interface Calendar {
  readonly id: number;
  readonly name: string;
  /** IANA name. */
  readonly timeZone: string;
  /** In order, without overlap; a day without hours is free. */
  readonly hours: Readonly<Partial<Record<Weekday, readonly Hours[]>>>;
  /** Free days, `yyyy-MM-dd`. */
  readonly holidays: readonly string[];
}

/** What a reply to a closed ticket does (spec §7). */
export const closedReplyPolicies = ['reopen', 'new_linked', 'reject'] as const;
export type ClosedReplyPolicy = (typeof closedReplyPolicies)[number];

/** When an open event is made an incident of this category: after so many occurrences or minutes, whichever comes first; null for never. */
export interface EventEscalation {
  readonly afterOccurrences: number | null;
  readonly afterMinutes: number | null;
  readonly categoryId: number;
}

/** Where the category says nothing else: minutes of the calendar's hours, by priority. */
export const defaultTargets: Targets = {
  '1': { responseMinutes: 15, solutionMinutes: 240 },
  '2': { responseMinutes: 60, solutionMinutes: 480 },
  '3': { responseMinutes: 240, solutionMinutes: 1440 },
  '4': { responseMinutes: 480, solutionMinutes: 2880 },
  '5': { responseMinutes: 1440, solutionMinutes: 7200 },
};
