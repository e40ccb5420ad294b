import type { WithoutTokenPolicy } from '../approvals/approval.ts';
import type { UnprovenPolicy } from './sender-rights.ts';

/** What the mailbox and the settings say about handling a message. */
export interface Policy {
  readonly mailboxAddress: string;
  readonly createUnknownRequestors: boolean;
  readonly redirectUnknownEmailsTo: string | null;
  /** Addresses, or domains without `@`; lower case. */
  readonly trustedSenders: readonly string[];
  readonly origin: string | null;
  /** Documents are stored only when {TSA} Support return email address is set (spec §8). */
  readonly storeDocuments: boolean;
  /** More messages than this from one sender in ten minutes are a loop (spec §4); 0 switches the rule off. */
  readonly loopLimit: number;
  /** More messages than this from a Trusted Sender in ten minutes are a storm; 0 switches the rule off. */
  readonly stormLimit: number;
  /** People made and mails redirected in an hour, over all mailboxes; 0: no limit (spec §7). */
  readonly strangersPerHour: number;
  /** Rejection rules that can be switched off, spec §4 [ours]. */
  readonly rejectNullReturnPath: boolean;
  readonly rejectAutoResponders: boolean;
  /** What becomes of an operation that needs a proved sender, where nothing was proved (spec §7). */
  readonly unprovenOperation: UnprovenPolicy;
  /** What a CHOICE without a token comes to, from a sender who was not authenticated (spec §7). */
  readonly approvalWithoutToken: WithoutTokenPolicy;
  /** Whether a new ticket is acknowledged, and an instruction with errors answered. */
  readonly acknowledgeTickets: boolean;
  readonly answerErrors: boolean;
}

export const defaultPolicy: Policy = {
  mailboxAddress: '',
  createUnknownRequestors: false,
  redirectUnknownEmailsTo: null,
  trustedSenders: [],
  origin: null,
  storeDocuments: true,
  loopLimit: 20,
  stormLimit: 60,
  strangersPerHour: 30,
  rejectNullReturnPath: true,
  rejectAutoResponders: true,
  unprovenOperation: 'confirm',
  approvalWithoutToken: 'confirm',
  acknowledgeTickets: true,
  answerErrors: true,
};
