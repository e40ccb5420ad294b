import { isMailAddress } from '../messages/address.ts';
import type { Instruction, InstructionReading } from '../messages/instruction.ts';
import type { Address, Message } from '../messages/message.ts';
import { ticketNumberInSubject } from '../tickets/ticket-number.ts';

/** How a mail refers to an existing ticket. */
export interface TicketReference {
  /** Upper case; for `rfc_number` as written, so not necessarily in the form of a ticket number. */
  readonly number: string;
  /** A reply to a mail of the agent, and a number in the subject, are pointers that anybody can write: never a proof. */
  readonly by: 'rfc_number' | 'reply' | 'subject';
}

/** What must be looked up before `decide` can judge a message: the other half of `Facts`. Null where there is nothing to find. */
export interface FactsQuery {
  /** Employees by any of their addresses, lower case, or by their number, which has no `@`. */
  readonly sender: string | null;
  readonly requestor: string | null;
  readonly recipient: string | null;
  /** By GUID, or as written by code, name or full path. */
  readonly category: string | null;
  /** As written: by tag or name. */
  readonly asset: string | null;
  readonly configurationItem: string | null;
  readonly ticket: TicketReference | null;
  /** Number of the parent that a new ticket shall have, as written. */
  readonly parent: string | null;
  /** What an open event may be found by, as written; null when the mail names a ticket, or not both. */
  readonly event: { readonly configurationItem: string; readonly externalReference: string } | null;
  /** In clear text, to be looked up by its hash. */
  readonly token: string | null;
  /** The action of that ticket that the mail names, as written. */
  readonly actionId: string | null;
}

/** The one From address (spec §7); null when the message has none, several, or one that is no plain address. */
export const soleSender = (message: Pick<Message, 'from'>): Address | null => {
  const [sender, another] = message.from;
  return sender !== undefined && another === undefined && isMailAddress(sender.address) ? sender : null;
};

/** RFC_NUMBER before reply and subject: a number that was written and does not exist never falls back to another one. */
export const ticketReference = (
  message: Pick<Message, 'subject' | 'repliesTo'>,
  instruction: Instruction,
): TicketReference | null => {
  if (instruction.rfcNumber !== null) return { number: instruction.rfcNumber, by: 'rfc_number' };
  if (message.repliesTo !== null) return { number: message.repliesTo, by: 'reply' };
  const number = ticketNumberInSubject(message.subject);
  return number === null ? null : { number, by: 'subject' };
};

const eventReference = (
  message: Pick<Message, 'subject' | 'repliesTo'>,
  instruction: Instruction,
): FactsQuery['event'] => {
  const { configurationItem, externalReference } = instruction;
  return ticketReference(message, instruction) === null && configurationItem !== null && externalReference !== null
    ? { configurationItem, externalReference }
    : null;
};

/** What is to be known about such a mail can be read for many at once: it names no ticket, token or event. */
export const isPlain = ({ ticket, parent, event, token }: FactsQuery): boolean =>
  ticket === null && parent === null && event === null && token === null;

export const factsQueryFor = (message: Message, reading: InstructionReading): FactsQuery => {
  const { instruction } = reading;
  return {
    sender: soleSender(message)?.address.toLowerCase() ?? null,
    requestor: instruction.requestor,
    recipient: instruction.recipient,
    category: instruction.category,
    asset: instruction.asset,
    configurationItem: instruction.configurationItem,
    ticket: ticketReference(message, instruction),
    parent: ticketReference(message, instruction) === null ? instruction.parentRequest : null,
    event: eventReference(message, instruction),
    token: instruction.token,
    actionId: instruction.actionId,
  };
};
