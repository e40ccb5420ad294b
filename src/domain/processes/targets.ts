import { defaultTargets, type Target, type Targets } from './service-level.ts';
import { isOver, type TicketState } from '../tickets/ticket.ts';
import { afterWorkingMinutes, type WorkingHours, workingMinutesBetween } from './working-time.ts';

/** What the targets of a ticket follow from. Times are ISO 8601 UTC. */
export interface ClockFacts {
  readonly clockStartedAt: string;
  /** Working minutes on hold since then. */
  readonly heldMinutes: number;
  readonly priority: number;
  /** The category's; null: `defaultTargets`. */
  readonly targets: Targets | null;
  readonly hours: WorkingHours;
}

export const dueTimes = (clock: ClockFacts): { readonly respondBy: string; readonly solveBy: string } => {
  const { responseMinutes, solutionMinutes } = targetFor(clock);
  const due = (minutes: number): string =>
    afterWorkingMinutes(clock.hours, clock.clockStartedAt, minutes + clock.heldMinutes);
  return { respondBy: due(responseMinutes), solveBy: due(solutionMinutes) };
};

/** When a target counts as near: after four fifths of its minutes. */
export const nearTimes = (clock: ClockFacts): { readonly respondBy: string; readonly solveBy: string } => {
  const { responseMinutes, solutionMinutes } = targetFor(clock);
  const near = (minutes: number): string =>
    afterWorkingMinutes(clock.hours, clock.clockStartedAt, Math.floor(minutes * 0.8) + clock.heldMinutes);
  return { respondBy: near(responseMinutes), solveBy: near(solutionMinutes) };
};

const targetFor = ({ priority, targets }: ClockFacts): Target => {
  const key = String(Math.min(5, Math.max(1, priority))) as keyof Targets;
  return targets?.[key] ?? defaultTargets[key] ?? { responseMinutes: 1440, solutionMinutes: 7200 };
};

export type TargetName = 'response' | 'solution';

/** A warning that is due or will be. */
export interface TargetWarning {
  readonly target: TargetName;
  readonly warning: 'near' | 'missed';
  /** When the target is due. */
  readonly dueAt: string;
  /** When the warning is. */
  readonly at: string;
}

/** All warnings of a ticket that runs, earliest first; a ticket that was responded to has none for its response. */
export const warningsOf = (clock: ClockFacts, respondedAt: string | null): readonly TargetWarning[] => {
  const due = dueTimes(clock);
  const near = nearTimes(clock);
  const pair = (target: TargetName, dueAt: string, nearAt: string): TargetWarning[] => [
    { target, warning: 'near', dueAt, at: nearAt },
    { target, warning: 'missed', dueAt, at: dueAt },
  ];
  return [
    ...(respondedAt === null ? pair('response', due.respondBy, near.respondBy) : []),
    ...pair('solution', due.solveBy, near.solveBy),
  ].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** A target of a ticket's clock; `window`: the end of a change's window. */
export type WarningKey = Pick<TargetWarning, 'warning' | 'dueAt'> & { readonly target: TargetName | 'window' };

/** A ticket as its warnings see it. */
export interface WarnedTicket {
  readonly state: TicketState;
  readonly respondedAt: string | null;
  /** Null until it was started. */
  readonly clock: ClockFacts | null;
  /** Warnings that were given. */
  readonly given: readonly WarningKey[];
}

/** The warnings that were not given, earliest first; none of a ticket that does not run. */
export const warningsLeft = ({ state, respondedAt, clock, given }: WarnedTicket): readonly TargetWarning[] =>
  clock === null || state !== 'registered'
    ? []
    : warningsOf(clock, respondedAt).filter(
        ({ target, warning, dueAt }) =>
          !given.some((one) => one.target === target && one.warning === warning && one.dueAt === dueAt),
      );

/** A warning to be noted as given; `text` is what is said about it, null for nothing. */
export interface PlannedWarning extends WarningKey {
  readonly text: string | null;
}

/** What is due at `now`. A target that was missed needs no word that it is near. */
export const planWarnings = (ticket: WarnedTicket, now: string): readonly PlannedWarning[] => {
  const due = warningsLeft(ticket).filter(({ at }) => at <= now);
  const isMissed = (target: TargetName): boolean =>
    due.some((other) => other.target === target && other.warning === 'missed');
  return due.map(({ target, warning, dueAt }) => ({
    target,
    warning,
    dueAt,
    text:
      warning === 'missed'
        ? `The target for the ${target} was missed: ${dueAt}.`
        : isMissed(target)
          ? null
          : `The target for the ${target} is near: ${dueAt}.`,
  }));
};

/** That the window of a change has ended without it; null when it is solved, or the word was given. */
export const planWindowWarning = (
  { state, given }: Pick<WarnedTicket, 'state' | 'given'>,
  windowEnd: string,
): PlannedWarning | null => {
  const key: WarningKey = { target: 'window', warning: 'missed', dueAt: windowEnd };
  const isGiven = given.some(({ target, dueAt }) => target === 'window' && dueAt === windowEnd);
  return isOver(state) || isGiven ? null : { ...key, text: `The implementation window ended: ${windowEnd}.` };
};

/** The clock goes on after a hold: the working minutes held since its start count as held, and the targets move by them. */
export const clockAfterHold = (
  clock: ClockFacts,
  { heldSince, now }: { readonly heldSince: string; readonly now: string },
): { readonly heldMinutes: number; readonly respondBy: string; readonly solveBy: string } => {
  const from = heldSince < clock.clockStartedAt ? clock.clockStartedAt : heldSince;
  const heldMinutes = clock.heldMinutes + workingMinutesBetween(clock.hours, from, now);
  return { heldMinutes, ...dueTimes({ ...clock, heldMinutes }) };
};
