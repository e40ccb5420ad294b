import type { ApprovalSnapshot } from '../../domain/approvals/approval-snapshot.ts';

/** What approvals do. Each is idempotent: it does what is still due and nothing else, and answers with the approval as it is then. */
export interface ApprovalActivities {
  /** Asks the approvers of a step of the ticket's round; a repetition finds what was asked. */
  openApproval(input: {
    readonly number: string;
    /** From 0. */
    readonly position: number;
  }): Promise<
    | { readonly kind: 'opened'; readonly actionId: number }
    | { readonly kind: 'no_step' }
    | { readonly kind: 'not_open' }
  >;
  /** Throws UnknownApproval after two minutes without it. */
  readApproval(input: { readonly actionId: number }): Promise<ApprovalSnapshot>;
  remindApprovers(input: { readonly actionId: number }): Promise<ApprovalSnapshot>;
  escalateApproval(input: { readonly actionId: number }): Promise<ApprovalSnapshot>;
  expireApproval(input: { readonly actionId: number }): Promise<ApprovalSnapshot>;
}
