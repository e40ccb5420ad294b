import type { ApprovalOutcome, ApprovalState } from '../domain/approvals/approval.ts';
import type { Disposition } from '../domain/messages/disposition.ts';
import type { MailboxState } from '../domain/mailboxes/mailbox.ts';
import type { TicketState } from '../domain/tickets/ticket.ts';

/** Messages by how they ended; dispositions that did not occur are left out. */
export type DispositionCounts = Readonly<Partial<Record<Disposition, number>>>;

/** What one read of a mailbox came to. Times in ms; all of it is stored in history, so it holds counts and short words only. */
export type ReadOutcome =
  | {
      readonly kind: 'read';
      readonly mailbox: string;
      /** Sentences with their cure. */
      readonly warnings?: readonly string[];
      readonly counts: DispositionCounts;
      /** Handled messages that wait to be removed. */
      readonly toRemove: number;
      /** Messages left for a later attempt of their own. */
      readonly postponed: number;
      /** The batch was full: there is more to read now. */
      readonly more: boolean;
      readonly restMs: number;
    }
  | {
      /** Not read, and that is as it should be, or an administrator's to change. */
      readonly kind: 'rest';
      readonly mailbox: string;
      readonly warnings?: readonly string[];
      readonly state: Exclude<MailboxState, 'reading' | 'waiting'>;
      /** What is wrong and what to do; empty when nothing is. */
      readonly detail: string;
      /** Messages stored earlier and handled all the same. */
      readonly counts: DispositionCounts;
      readonly restMs: number;
    }
  /** The mailbox was deleted: its workflow ends. */
  | { readonly kind: 'gone' };

export interface RemovalOutcome {
  readonly removed: number;
  /** Still in the inbox, with the first reason; to be tried again after the next read. */
  readonly left: number;
  readonly reason: string | null;
}

export interface MailboxActivities {
  /**
   * Lists the inbox, stores a bounded batch of what is new (50 messages or 64 MiB, spec §11) and handles it in order of arrival.
   * Idempotent by (mailbox, protocol id): what is stored is not stored again, what has a disposition is not handled again.
   */
  readMailbox(input: { readonly mailboxId: number }): Promise<ReadOutcome>;
  /** Removes from the inbox what is handled and not yet removed. Idempotent: what is gone counts as removed. */
  removeHandled(input: { readonly mailboxId: number }): Promise<RemovalOutcome>;
}

/** Where a ticket stands. Times are ISO 8601 UTC. */
export interface TicketView {
  readonly state: TicketState;
  readonly title: string;
  readonly category: string;
  /** What its process is at; null at the beginning. */
  readonly phase: string | null;
  /** When it may be closed without a further word; null unless solved. */
  readonly closeAt: string | null;
  /** When its hold ends by itself; null when it does not. */
  readonly holdUntil: string | null;
  /** When the next target warning is due; null when none is. */
  readonly warnAt: string | null;
  /** Its category's support group does not have it yet. */
  readonly toAssign: boolean;
  /** Of an event: when it is made an incident; null for never, and when it was. */
  readonly escalateAt: string | null;
  /** There is nothing to approve, or each step was accepted for what is now to be done. Absent: read by an earlier release. */
  readonly approved?: boolean;
  /** Of a change request: when it may be carried out; null for at any time. */
  readonly windowStart: string | null;
  readonly windowEnd: string | null;
}

export interface PhaseInput {
  readonly number: string;
  readonly phase: string;
  /** The phase before: an attempt that comes late finds another one, and leaves it. Absent in what older releases scheduled. */
  readonly from?: string | null;
}

/** What the processes of tickets do. Each does what is still due and nothing else, and answers with the ticket as it is then. */
export interface TicketActivities {
  /** Where the ticket stands in the database, which is the truth. Throws UnknownTicket after two minutes without it. */
  readTicket(input: { readonly number: string }): Promise<TicketView>;
  /** Notes what its process is at; a working phase only of a ticket that is approved. */
  enterPhase(input: PhaseInput): Promise<TicketView>;
  /** For a ticket that is approved, and nothing otherwise: notes the phase, gives the ticket to its category's support group and starts the clock of its targets. */
  beginWork(input: PhaseInput): Promise<TicketView>;
  /** Gives it to the support group of its category, which was changed. */
  assignTicket(input: { readonly number: string }): Promise<TicketView>;
  /** Closes the ticket if it is still solved and its time has come. */
  closeTicket(input: { readonly number: string }): Promise<TicketView>;
  /** Closes a ticket whose approval was refused. */
  closeRefused(input: { readonly number: string }): Promise<TicketView>;
  /** Closes a ticket that was solved while its approval was waited for. */
  closeWithdrawn(input: { readonly number: string }): Promise<TicketView>;
  /** Ends a hold whose date has come. */
  endHold(input: { readonly number: string }): Promise<TicketView>;
  /** Gives the target warnings that are due. */
  warnOfTargets(input: { readonly number: string }): Promise<TicketView>;
  /** Asks the requestor whether a solved ticket is solved indeed, once for each solution. */
  askConfirmation(input: { readonly number: string }): Promise<TicketView>;
  /** Says that a change's window ended without it. */
  warnOfWindow(input: { readonly number: string; readonly windowEnd: string }): Promise<TicketView>;
  /** Makes an incident of an event whose count or time has come. */
  escalateEvent(input: { readonly number: string }): Promise<TicketView>;
}

/** Where an approval stands. Times are ISO 8601 UTC. */
export interface ApprovalView {
  readonly state: ApprovalState;
  /** What it means for the ticket; null while it waits. */
  readonly outcome: ApprovalOutcome | null;
  readonly title: string;
  /** Names of those whose answer is waited for. */
  readonly asked: readonly string[];
  /** Its ticket is on hold, and its clocks rest. */
  readonly onHold: boolean;
  readonly remindAt: string | null;
  readonly escalateAt: string | null;
  readonly expiresAt: string;
}

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
  readApproval(input: { readonly actionId: number }): Promise<ApprovalView>;
  remindApprovers(input: { readonly actionId: number }): Promise<ApprovalView>;
  escalateApproval(input: { readonly actionId: number }): Promise<ApprovalView>;
  expireApproval(input: { readonly actionId: number }): Promise<ApprovalView>;
}
