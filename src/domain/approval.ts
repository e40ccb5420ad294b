/** Who must accept so that a step is accepted (spec §9): the first answer, every one, or more than half of those asked. */
export const approvalRules = ['one', 'all', 'majority'] as const;
export type ApprovalRule = (typeof approvalRules)[number];

/** A step of a category's approval, in order. Hours run by the clock; a ticket on hold stops them. */
export interface ApprovalStep {
  /** Employee ids, at least one; nobody twice. */
  readonly approvers: readonly number[];
  readonly rule: ApprovalRule;
  /** Hours between reminders; null for none. */
  readonly remindAfterHours: number | null;
  /** When `escalateTo` is asked in place of those who have not answered; null for never. Both or neither. */
  readonly escalateAfterHours: number | null;
  readonly escalateTo: number | null;
  readonly expireAfterHours: number;
  /** What silence means when it expires. */
  readonly onExpiry: 'accepted' | 'refused';
}

/** `confirmation`: the requestor is asked whether the ticket is solved indeed. */
export const approvalKinds = ['approval', 'confirmation'] as const;
export type ApprovalKind = (typeof approvalKinds)[number];

/** `expired` leads on as its step's `onExpiry` says; `withdrawn`: the ticket was closed or its approval is void. */
export const approvalStates = ['waiting', 'accepted', 'refused', 'expired', 'withdrawn'] as const;
export type ApprovalState = (typeof approvalStates)[number];

/** Of one person asked. `information`: waits for the requestor's answer; `superseded`: somebody else was asked instead, or decided. */
export const approvalRequestStates = ['asked', 'information', 'accepted', 'refused', 'superseded'] as const;
export type ApprovalRequestState = (typeof approvalRequestStates)[number];

/** What a CHOICE without a token comes to (spec §7). */
export const withoutTokenPolicies = ['confirm', 'accept', 'refuse'] as const;
export type WithoutTokenPolicy = (typeof withoutTokenPolicies)[number];
