import type { ApprovalFacts } from '../approvals/approval.ts';
import type { TicketReference } from './facts-query.ts';
import type { ClosedReplyPolicy } from '../processes/service-level.ts';
import type { SenderAuthentication } from '../mailboxes/sender-authentication.ts';
import type { Disposition } from '../messages/disposition.ts';
import type { TicketFields, TicketState, TicketType } from '../tickets/ticket.ts';

/** A known person, by address or alias. */
export interface Employee {
  readonly id: number;
  readonly name: string;
  /** Primary address first, then the aliases; lower case. */
  readonly addresses: readonly [string, ...string[]];
  readonly supportGroups: readonly string[];
}

/** An entry of the catalogue (spec §1). */
export interface Category {
  readonly id: number;
  readonly code: string;
  readonly name: string;
  /** Names from the root, joined by `/`; ends with `name`. */
  readonly path: string;
  readonly ticketType: TicketType;
  readonly process: string;
  readonly supportGroup: string | null;
}

export interface KnownItem {
  readonly id: number;
  readonly name: string;
}

/** The one-time token that a mail carries, as far as it is known here. */
interface TokenFacts {
  readonly actionId: number;
  readonly requestId: number;
  readonly used: boolean;
}

/** The one-time token of a mail that asked a sender to confirm an earlier message of theirs. */
export interface ConfirmationFacts {
  /** That message. */
  readonly messageId: number;
  /** Who was asked. */
  readonly employeeId: number;
  /** It was not used, its time is not over, and the message still waits for it. */
  readonly isAlive: boolean;
}

/** An existing ticket as `decide` needs it; read under a row lock. */
export interface TicketFacts {
  readonly number: string;
  readonly state: TicketState;
  readonly fields: TicketFields;
  readonly requestorId: number;
  readonly recipientId: number | null;
  readonly supportGroup: string | null;
  readonly closedReplyPolicy: ClosedReplyPolicy;
  /** The one named by ACTION_ID, otherwise the one that waits, otherwise the last one; null when there is none. */
  readonly approval: ApprovalFacts | null;
}

/** How far back the messages of one sender count towards a loop or a storm (spec §4). */
export const loopWindowMinutes = 10;

/** Dispositions that count towards neither. */
export const outsideLoops = ['rejected', 'quarantined', 'duplicate'] as const satisfies readonly Disposition[];

/** All that `decide` may know of the world, read before it in the same transaction. */
export interface Facts {
  /** ISO 8601 UTC. */
  readonly now: string;
  /** The ledger row of an earlier message with the same Message-ID and content in this mailbox. */
  readonly duplicateOf: number | null;
  /** Messages of this sender in this mailbox in the `loopWindowMinutes` before this one came, without those of `outsideLoops`. */
  readonly recentFromSender: number;
  readonly sender: Employee | null;
  /** The sender is known by an earlier mail alone, and nobody has looked at them since. */
  readonly senderIsStranger: boolean;
  /** People made by mail and mails redirected in the last hour, in all mailboxes. */
  readonly strangersThisHour: number;
  /** Whether the From line was proved. */
  readonly senderAuthentication: SenderAuthentication;
  /** A `sender_unproven` message that its sender confirmed, or somebody who may released: what it asks for is done without a proof. */
  readonly vouched: boolean;
  /** Null when the mail has none, or one that was never given out. */
  readonly token: TokenFacts | null;
  /** Likewise. */
  readonly confirmation: ConfirmationFacts | null;
  /** Of the addresses named in the mail; null when none is named or nobody has it. */
  readonly requestor: Employee | null;
  readonly recipient: Employee | null;
  /** Of the instruction's category; null when none is named or nothing fits. */
  readonly category: Category | null;
  readonly defaultCategory: Category;
  /** That an administrator released the message with; null: with none. */
  readonly releasedCategory: Category | null;
  readonly asset: KnownItem | null;
  readonly configurationItem: KnownItem | null;
  /** What the mail refers to; null when nothing was found. `by` says how. */
  readonly ticket: (TicketFacts & { readonly by: TicketReference['by'] }) | null;
  /** Where the mail names its ticket without the letter: those that it may mean. `judge` makes the sender's one `ticket`. */
  readonly namesakes: readonly TicketFacts[];
  /** Those that the number of the parent may mean: none, the one, or several where its letter is missing. */
  readonly parents: readonly TicketFacts[];
  /** The open event with the configuration item and the external reference of the mail (spec, processes). */
  readonly openEvent: TicketFacts | null;
  /** The open ticket on which the sender's storm of alarms in this mailbox is counted. */
  readonly storm: Pick<TicketFacts, 'number' | 'state'> | null;
  /** The first category of events; null when there is none. */
  readonly eventCategory: Category | null;
}
