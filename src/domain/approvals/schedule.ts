import type { ApprovalStep } from './approval.ts';

/** When an approval does something by itself. ISO 8601 UTC. */
export interface ApprovalSchedule {
  /** Null: no further reminder. */
  readonly remindAt: string | null;
  /** Null: nobody else is asked, or was already. */
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}

const HOUR_MS = 3_600_000;

const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();
const hoursAfter = (time: string, hours: number): string => later(time, hours * HOUR_MS);

/** Of a step whose approvers are asked now: its hours run by the clock. */
export const scheduleOf = (step: ApprovalStep, askedAt: string): ApprovalSchedule => ({
  remindAt: step.remindAfterHours === null ? null : hoursAfter(askedAt, step.remindAfterHours),
  escalateAt: step.escalateAfterHours === null ? null : hoursAfter(askedAt, step.escalateAfterHours),
  expiresAt: hoursAfter(askedAt, step.expireAfterHours),
});

/** After a reminder at `now`: the next one, or none where it would come when the approval expires or later. */
export const nextReminder = (step: ApprovalStep, expiresAt: string, now: string): string | null => {
  if (step.remindAfterHours === null) return null;
  const remindAt = hoursAfter(now, step.remindAfterHours);
  return remindAt < expiresAt ? remindAt : null;
};

/** After a hold of the ticket: everything comes later by as long as it was held. */
export const afterHold = (
  { remindAt, escalateAt, expiresAt }: ApprovalSchedule,
  { heldSince, now }: { readonly heldSince: string; readonly now: string },
): ApprovalSchedule => {
  const heldMs = Math.max(0, Date.parse(now) - Date.parse(heldSince));
  const moved = (time: string | null): string | null => (time === null ? null : later(time, heldMs));
  return { remindAt: moved(remindAt), escalateAt: moved(escalateAt), expiresAt: later(expiresAt, heldMs) };
};

/** The requestor's confirmation of a solution, as a step: silence until `closeAt` accepts it. */
export const confirmationStep = (
  requestorId: number,
  { closeAt, now }: { readonly closeAt: string; readonly now: string },
): ApprovalStep => ({
  approvers: [requestorId],
  rule: 'one',
  remindAfterHours: null,
  escalateAfterHours: null,
  escalateTo: null,
  expireAfterHours: (Date.parse(closeAt) - Date.parse(now)) / HOUR_MS,
  onExpiry: 'accepted',
});
