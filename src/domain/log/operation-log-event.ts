import type { TicketOperation } from '../tickets/operation.ts';

/** What a message came to: an operation of spec §6, or how it ended without one. */
export type MessageEvent = 'CREATE' | TicketOperation | 'CONFIRM' | 'REDIRECT' | 'REFUSE';

/** What an approval did: it asked, or one of its timers ended. */
export type ApprovalEvent = 'ASK' | 'REMIND' | 'ESCALATE' | 'EXPIRE';

/** What a ticket's process did. An event that is made an incident is escalated, too. */
type ProcessEvent = 'ASSIGN' | 'RESTART' | 'CLOSE' | 'ESCALATE' | 'TARGET';

/** A list of master data, as the log names one entry of it. */
export type MasterDataNoun = 'asset' | 'calendar' | 'category' | 'configuration_item' | 'employee';

/** What a user or a program did through the API, or a command. */
export type AdministratorEvent =
  | 'agent.switch'
  | 'category.process'
  | 'delegation.create'
  | 'delegation.delete'
  | 'document.read'
  | 'keys.rotate'
  | `mail_part.${'save' | 'delete'}`
  | `mailbox.${'create' | 'update' | 'delete' | 'pause' | 'resume' | 'read_now' | 'rules' | 'test_connection'}`
  | `message.${'read_original' | 'release' | 'discard'}`
  | 'outbox.resend'
  | 'outgoing.test'
  | 'settings.update'
  | `template.${'update' | 'reset'}`
  | `token.${'create' | 'delete'}`
  | `user.${'create' | 'update' | 'delete'}`
  | `${MasterDataNoun}.${'create' | 'update' | 'delete' | 'import'}`;

/** Who came in and who did not. */
export type SignInEvent = 'session.begin' | 'session.refused' | 'user.create';

/** What the agent found by itself. */
type AgentEvent = `mailbox.${'account' | 'comparison' | 'not_given' | 'secret_expiry'}` | 'outbox.bounced';

/**
 * `operation` of a new line of the operation log (spec §10). Upper case for what happens to a ticket, `noun.verb` for everything else.
 * Lines of earlier releases may hold names that are no longer written.
 */
export type OperationLogEvent =
  MessageEvent | ApprovalEvent | ProcessEvent | AdministratorEvent | SignInEvent | AgentEvent;
