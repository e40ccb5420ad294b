import type { ApprovalKind } from '../approvals/approval.ts';
import type { Category } from './facts.ts';
import type { QuarantineReason, RejectionReason } from '../messages/disposition.ts';
import type { Choice } from '../messages/instruction.ts';
import type { Attachment } from '../messages/message.ts';
import type { Diagnostic } from '../messages/diagnostic.ts';
import type { ActionKind, TicketFields, TicketState } from '../tickets/ticket.ts';

/** An employee by id, or one that is made for this address first (Create Unknown Requestors). */
export type PersonRef = { readonly id: number } | { readonly address: string; readonly name: string };

/** The action that a plan adds to its ticket. */
export interface PlannedAction {
  readonly kind: ActionKind;
  readonly text: string;
  /** ISO 8601 UTC; a hold's end, a solution's date. */
  readonly dueAt: string | null;
}

/** What is to be stored on the ticket; `reply` keeps the message text itself as a document (spec §8). */
export interface PlannedDocuments {
  readonly attachments: readonly Attachment[];
  readonly reply: boolean;
}

/**
 * What a choice comes to: the approval is decided; it was counted and others are waited for; its question goes to the requestor;
 * or nothing until the approver confirms it.
 */
export type ChoiceOutcome = 'accepted' | 'refused' | 'waiting' | 'question' | 'unconfirmed';

/** What is to be done with one message: applied whole in one transaction, or not at all. */
export type Plan =
  | {
      readonly kind: 'create';
      readonly disposition: 'created';
      readonly category: Category;
      readonly fields: TicketFields;
      readonly requestor: PersonRef;
      readonly recipient: PersonRef | null;
      readonly action: PlannedAction;
      readonly documents: PlannedDocuments;
      /** The ticket that the subject named, but on which the sender may not act or was not asked to (CREATE). */
      readonly relatedTo: string | null;
      /** Number of its parent. */
      readonly parent: string | null;
      /** The address whose storm of alarms is counted on it; absent for any other ticket. */
      readonly stormOf?: string;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'change';
      readonly disposition: 'updated' | 'reopened' | 'solved' | 'put_on_hold' | 'filed';
      readonly number: string;
      /** The state afterwards; the same as before when only fields change. */
      readonly state: TicketState;
      /** The fields that change, and nothing else. */
      readonly changes: Partial<TicketFields>;
      readonly action: PlannedAction;
      readonly documents: PlannedDocuments;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      /** An answer to the action that waits for one. */
      readonly kind: 'choice';
      readonly disposition: 'choice_recorded' | 'choice_pending';
      readonly number: string;
      readonly actionId: number;
      /** Whose place the choice fills. */
      readonly requestId: number;
      readonly choice: Choice;
      /** The employee who chose: the one asked, or a delegate. */
      readonly choiceBy: number;
      readonly effect: ChoiceOutcome;
      readonly approvalKind: ApprovalKind;
      readonly comment: string;
      readonly documents: PlannedDocuments;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      /** The sender says that an earlier message is theirs: it is handled again, as one that was vouched for. */
      readonly kind: 'confirm';
      readonly disposition: 'confirmed';
      readonly messageId: number;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'refuse';
      readonly disposition: 'rejected';
      readonly reason: RejectionReason;
      /** A sentence for the administrator: what was found, what to do. */
      readonly explanation: string;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'refuse';
      readonly disposition: 'quarantined';
      readonly reason: QuarantineReason;
      readonly explanation: string;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'refuse';
      readonly disposition: 'duplicate';
      readonly reason: 'same_message';
      readonly explanation: string;
      readonly warnings: readonly Diagnostic[];
    }
  | {
      readonly kind: 'redirect';
      readonly disposition: 'redirected';
      readonly to: string;
      readonly warnings: readonly Diagnostic[];
    };
