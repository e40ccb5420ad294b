import type { ApprovalFacts, ApprovalKind, ApprovalRequestFacts, ApprovalStep } from './approval.ts';

/** Those a ticket is for: they do not decide about it (spec, who may do what). */
interface Interested {
  readonly requestorId: number;
  /** Null when it is the requestor. */
  readonly recipientId: number | null;
}

/** Whether the ticket is for this person. */
export const isInterested = (person: number, { requestorId, recipientId }: Interested): boolean =>
  person === requestorId || person === recipientId;

/** Nobody approves for themselves, whoever asked them or named them delegate; whether it is solved, the requestor says. */
export const mayDecide = (kind: ApprovalKind, person: number, of: Interested): boolean =>
  kind === 'confirmation' || !isInterested(person, of);

/**
 * Who is asked for a step: its approvers but for those the ticket is for; without any, `escalateTo`, otherwise the support group's
 * people. None: nobody may decide, and the process waits.
 */
export const eligibleApprovers = (
  { approvers, escalateTo }: Pick<ApprovalStep, 'approvers' | 'escalateTo'>,
  of: Interested,
  supportGroup: readonly number[],
): readonly number[] => {
  const others = (people: readonly number[]): readonly number[] => people.filter((person) => !isInterested(person, of));
  const choices = [approvers, escalateTo === null ? [] : [escalateTo], supportGroup].map(others);
  return choices.find((people) => people.length > 0) ?? [];
};

/** The request that a person may answer: their own before one that was delegated to them; null when there is none. */
export const requestFor = (
  { kind, requests }: ApprovalFacts,
  employeeId: number,
  of: Interested,
): ApprovalRequestFacts | null => {
  if (!mayDecide(kind, employeeId, of)) return null;
  const asked = requests.filter(({ state }) => state !== 'superseded');
  return (
    asked.find((request) => request.employeeId === employeeId) ??
    asked.find(({ delegates }) => delegates.includes(employeeId)) ??
    null
  );
};
