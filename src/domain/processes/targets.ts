import { defaultTargets, type Target, type Targets } from './service-level.ts';
import { afterWorkingMinutes, type WorkingHours } from './working-time.ts';

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
