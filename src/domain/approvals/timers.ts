import type { ApprovalEvent } from '../log/operation-log-event.ts';
import type { TicketState } from '../tickets/ticket.ts';
import type { ApprovalKind, ApprovalRequestState, ApprovalState, ApprovalStep } from './approval.ts';
import { type ApprovalSchedule, nextReminder, scheduleOf } from './schedule.ts';
import { eligibleApprovers, isInterested } from './who-decides.ts';

/** An approval with its ticket, as its timers see it under the ticket's lock. */
export interface TimedApproval extends ApprovalSchedule {
  readonly actionId: number;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly step: ApprovalStep;
  readonly requests: readonly {
    readonly id: number;
    readonly employeeId: number;
    readonly state: ApprovalRequestState;
  }[];
  readonly ticket: {
    readonly state: TicketState;
    readonly requestorId: number;
    readonly recipientId: number | null;
  };
}

/** What a timer does: all of it in one transaction. */
export interface TimerPlan {
  /** Columns of the approval that change. */
  readonly approval: Partial<ApprovalSchedule> & { readonly state?: 'expired'; readonly step?: ApprovalStep };
  /** Ids of requests whose answer is waited for no longer. */
  readonly superseded: readonly number[];
  /** People who are asked now. */
  readonly asked: readonly {
    readonly employeeId: number;
    /** Whose place the person takes; null for their own. */
    readonly insteadOfId: number | null;
  }[];
  /**
   * `all`: everybody whose answer is waited for gets the mail; `asked`: those who are asked now; `decision`: the requestor is told.
   * Null for no mail.
   */
  readonly mail:
    | { readonly to: 'all'; readonly kind: 'approval_reminder' }
    | { readonly to: 'asked'; readonly kind: 'approval_escalation' | 'approval_request' }
    | { readonly to: 'decision'; readonly outcome: ApprovalStep['onExpiry'] }
    | null;
  /** What was asked counts no longer: the process asks anew. */
  readonly voidsRound: boolean;
  readonly action: { readonly kind: 'escalation' | 'decision'; readonly text: string } | null;
  readonly log: {
    readonly operation: ApprovalEvent;
    readonly result: string;
    readonly reason: string;
  } | null;
}

const nothing: TimerPlan = {
  approval: {},
  superseded: [],
  asked: [],
  mail: null,
  voidsRound: false,
  action: null,
  log: null,
};

/** It waits, and its ticket is not on hold. */
const runs = ({ state, ticket }: TimedApproval): boolean => state === 'waiting' && ticket.state !== 'on_hold';

const isDue = (at: string | null, now: string): boolean => at !== null && at <= now;

const isSilent = ({ state }: { readonly state: ApprovalRequestState }): boolean =>
  state === 'asked' || state === 'information';

/** Reminds those who have not answered. Null when it is not due. */
export const planReminder = (approval: TimedApproval, now: string): TimerPlan | null => {
  const { actionId, step, remindAt, expiresAt } = approval;
  if (!runs(approval) || step.remindAfterHours === null || !isDue(remindAt, now)) return null;
  return {
    ...nothing,
    approval: { remindAt: nextReminder(step, expiresAt, now) },
    mail: { to: 'all', kind: 'approval_reminder' },
    log: { operation: 'REMIND', result: 'reminded', reason: `Action ${actionId}.` },
  };
};

/** Asks the step's `escalateTo` in place of those who have not answered, once. Null when it is not due. */
export const planEscalation = (approval: TimedApproval, now: string): TimerPlan | null => {
  const { actionId, step, escalateAt, requests, ticket } = approval;
  if (!runs(approval) || !isDue(escalateAt, now)) return null;
  const { escalateTo } = step;
  const done: TimerPlan = { ...nothing, approval: { escalateAt: null } };
  if (escalateTo === null || isInterested(escalateTo, ticket)) return done;
  const silent = requests.filter((request) => isSilent(request) && request.employeeId !== escalateTo);
  if (silent.length === 0) return done;
  const text = `Action ${actionId} was escalated: nobody had answered in time.`;
  const isAsked = requests.some(({ employeeId }) => employeeId === escalateTo);
  return {
    ...done,
    superseded: silent.map(({ id }) => id),
    asked: isAsked ? [] : [{ employeeId: escalateTo, insteadOfId: silent[0]?.employeeId ?? null }],
    mail: { to: 'asked', kind: 'approval_escalation' },
    action: { kind: 'escalation', text },
    log: { operation: 'ESCALATE', result: 'escalated', reason: text },
  };
};

/**
 * Asks the step's `escalateTo` at once in place of a person whom the question could not be brought to: its mail came back. Null where
 * nobody waits for that answer, or escalation names nobody else.
 */
export const planUndelivered = (approval: TimedApproval, requestId: number): TimerPlan | null => {
  const { actionId, kind, step, requests, ticket, state } = approval;
  const request = requests.find(({ id }) => id === requestId);
  const { escalateTo } = step;
  if (kind !== 'approval' || state !== 'waiting' || request === undefined || !isSilent(request)) return null;
  if (escalateTo === null || escalateTo === request.employeeId || isInterested(escalateTo, ticket)) return null;
  const text = `Action ${actionId} was escalated: the mail that asked came back.`;
  const isAsked = requests.some(({ employeeId }) => employeeId === escalateTo);
  return {
    ...nothing,
    superseded: [request.id],
    asked: isAsked ? [] : [{ employeeId: escalateTo, insteadOfId: request.employeeId }],
    mail: { to: 'asked', kind: 'approval_escalation' },
    action: { kind: 'escalation', text },
    log: { operation: 'ESCALATE', result: 'escalated', reason: text },
  };
};

/** Ends an approval that nobody decided in time, as its step says. Null when it is not due. */
export const planExpiry = (approval: TimedApproval, now: string): TimerPlan | null => {
  const { actionId, kind, step, expiresAt, requests } = approval;
  if (!runs(approval) || !isDue(expiresAt, now)) return null;
  if (kind === 'approval' && requests.length === 0)
    // Silence of nobody is no decision: it is asked anew, of whoever is there by now.
    return {
      ...nothing,
      voidsRound: true,
      log: { operation: 'EXPIRE', result: 'nobody_to_ask', reason: `Action ${actionId}: nobody could be asked.` },
    };
  const text = `Action ${actionId} expired, which counts as ${step.onExpiry}.`;
  return {
    ...nothing,
    approval: { state: 'expired' },
    mail: { to: 'decision', outcome: step.onExpiry },
    action: { kind: 'decision', text },
    log: { operation: 'EXPIRE', result: step.onExpiry, reason: text },
  };
};

/**
 * Asks those who may decide by now, where nobody could be asked: its clock starts with them. Null while there is nobody, and for an
 * approval that somebody was asked for. `supportGroup` are the employee ids of its people.
 */
export const planLateAsking = (
  approval: TimedApproval,
  supportGroup: readonly number[],
  now: string,
): TimerPlan | null => {
  const { actionId, kind, step, requests, ticket } = approval;
  if (!runs(approval) || kind !== 'approval' || requests.length > 0) return null;
  const approvers = eligibleApprovers(step, ticket, supportGroup);
  if (approvers.length === 0) return null;
  const schedule = scheduleOf(step, now);
  return {
    ...nothing,
    approval: { ...schedule, step: { ...step, approvers } },
    asked: approvers.map((employeeId) => ({ employeeId, insteadOfId: null })),
    mail: { to: 'asked', kind: 'approval_request' },
    log: {
      operation: 'ASK',
      result: 'asked',
      reason: `Action ${actionId}: there is somebody to ask by now, until ${schedule.expiresAt}.`,
    },
  };
};
