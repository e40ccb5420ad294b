import type { ApprovalRound, ApprovalStanding } from '../approvals/round.ts';
import { dueTimes } from './targets.ts';
import type { Targets } from './service-level.ts';
import type { WorkingHours } from './working-time.ts';

/** A ticket whose work is to begin, with what its category says. Times are ISO 8601 UTC. */
export interface BeginFacts {
  readonly phase: string | null;
  readonly approvalRound: ApprovalRound | null;
  readonly standing: ApprovalStanding;
  /** What is fixed where nothing was asked. */
  readonly nextRound: ApprovalRound;
  readonly clockStartedAt: string | null;
  readonly heldMinutes: number;
  readonly priority: number;
  readonly targets: Targets | null;
  readonly hours: WorkingHours;
  readonly assignedGroup: string | null;
  readonly supportGroup: string | null;
}

/** Columns of the ticket that the beginning of its work sets. */
interface BegunWork {
  readonly phase: string;
  readonly approvalRound: ApprovalRound;
  readonly clockStartedAt: string;
  readonly respondBy: string;
  readonly solveBy: string;
  readonly assignedGroup: string | null;
}

export interface Beginning {
  readonly ticket: BegunWork;
  /** The group that has it from now on; null when it had it already, or there is none. */
  readonly assignedTo: string | null;
}

/** Whether a ticket is to be given to its category's support group: it is approved, and another group has it, or none. */
export const needsAssignment = ({
  standing,
  assignedGroup,
  supportGroup,
}: Pick<BeginFacts, 'standing' | 'assignedGroup' | 'supportGroup'>): boolean =>
  standing === 'approved' && assignedGroup !== supportGroup;

/**
 * The phase is noted, the ticket is given to its support group, and the clock of its targets starts; a clock that runs is left as it is.
 * Null for a ticket that is not approved, and for an attempt that comes late: `from` is the phase before, undefined for any.
 */
export const planBeginning = (
  facts: BeginFacts,
  { phase, from, now }: { readonly phase: string; readonly from: string | null | undefined; readonly now: string },
): Beginning | null => {
  if (!mayEnter(facts.phase, { phase, from }) || facts.standing !== 'approved') return null;
  const { approvalRound, nextRound, heldMinutes, priority, targets, hours, assignedGroup, supportGroup } = facts;
  const clockStartedAt = facts.clockStartedAt ?? now;
  return {
    ticket: {
      phase,
      approvalRound: approvalRound ?? nextRound,
      clockStartedAt,
      ...dueTimes({ clockStartedAt, heldMinutes, priority, targets, hours }),
      assignedGroup: supportGroup,
    },
    assignedTo: assignedGroup === supportGroup ? null : supportGroup,
  };
};

/**
 * Whether a ticket at `current` may be noted to be at `phase` by an attempt that began at the phase `from` (undefined: at any). One that
 * comes late finds a phase that is neither: an older phase never takes the place of a newer one.
 */
export const mayEnter = (
  current: string | null,
  { phase, from }: { readonly phase: string; readonly from: string | null | undefined },
): boolean => from === undefined || current === from || current === phase;
