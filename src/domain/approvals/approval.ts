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

/** One of those asked, as the judgement of a choice needs it. */
export interface ApprovalRequestFacts {
  readonly id: number;
  readonly employeeId: number;
  readonly state: ApprovalRequestState;
  /** Who may answer in this person's place today. */
  readonly delegates: readonly number[];
}

/** An action that waits, or waited, for a CHOICE. */
export interface ApprovalFacts {
  readonly actionId: number;
  readonly kind: ApprovalKind;
  readonly state: ApprovalState;
  readonly rule: ApprovalRule;
  readonly requests: readonly ApprovalRequestFacts[];
  /** Who gave the answer that ended it, by name, and when (ISO 8601 UTC); null while it waits. `by` is null where nobody decided. */
  readonly decision: { readonly by: string | null; readonly at: string } | null;
}

/**
 * Where an approval stands when those asked have answered so; those superseded do not count. `one`: the first answer decides. `all`:
 * one refusal refuses. `majority`: more than half must accept, so that half of them refusing refuses. Nobody asked: nobody accepted.
 */
export const tally = (
  rule: ApprovalRule,
  answers: readonly ApprovalRequestState[],
): Extract<ApprovalState, 'waiting' | 'accepted' | 'refused'> => {
  const asked = answers.filter((state) => state !== 'superseded');
  const accepted = asked.filter((state) => state === 'accepted').length;
  const refused = asked.filter((state) => state === 'refused').length;
  switch (rule) {
    case 'one':
      if (refused > 0) return 'refused';
      return accepted > 0 ? 'accepted' : 'waiting';
    case 'all':
      if (refused > 0) return 'refused';
      return accepted > 0 && accepted === asked.length ? 'accepted' : 'waiting';
    case 'majority':
      if (accepted * 2 > asked.length) return 'accepted';
      return refused > 0 && refused * 2 >= asked.length ? 'refused' : 'waiting';
  }
};

/** What an approval that ended means for its ticket. */
export type ApprovalOutcome = 'accepted' | 'refused' | 'withdrawn';

/** Null while it waits. */
export const outcomeOf = (state: ApprovalState, onExpiry: ApprovalStep['onExpiry']): ApprovalOutcome | null => {
  switch (state) {
    case 'waiting':
      return null;
    case 'expired':
      return onExpiry;
    case 'accepted':
    case 'refused':
    case 'withdrawn':
      return state;
  }
};
