import type { Category, Employee, Facts, TicketFacts } from '../../domain/handling/facts.ts';
import type { Instruction } from '../../domain/messages/instruction.ts';
import type { FactsQuery } from '../../domain/handling/facts-query.ts';
import { defaultLevel, priorityOf } from '../../domain/tickets/priority.ts';
import { parseTicketNumber } from '../../domain/tickets/ticket-number.ts';
import type { TicketType } from '../../domain/tickets/ticket.ts';

/**
 * The world of a dry run: everybody and everything that the mail names exists, the ticket is in a state that allows the operation and
 * is the sender's own or, where the mail holds a choice, somebody else's who asks for it. What the mail itself gets wrong is all that is left to find.
 */
export const assumedFacts = (lookups: FactsQuery, instruction: Instruction): Facts => {
  const sender = employee(1, lookups.sender ?? '');
  const named = (id: number, address: string | null): Employee | null => {
    if (address === null) return null;
    // Whose number it is cannot be told without a database: the sender's, as a rule.
    return address === lookups.sender || !address.includes('@') ? sender : employee(id, address);
  };
  const ticketType = parseTicketNumber(lookups.ticket?.number ?? '')?.type ?? 'I';
  const { asset, configurationItem, ticket } = lookups;
  return {
    now: new Date().toISOString(),
    duplicateOf: null,
    recentFromSender: 0,
    sender,
    senderIsStranger: false,
    strangersThisHour: 0,
    senderAuthentication: 'off',
    vouched: false,
    token: lookups.token === null ? null : { actionId: 1, requestId: 1, used: false },
    confirmation: null,
    requestor: named(2, lookups.requestor),
    recipient: named(3, lookups.recipient),
    category: lookups.category === null ? null : category(2, lookups.category, ticketType),
    defaultCategory: category(1, "the mailbox's default", ticketType),
    releasedCategory: null,
    asset: asset === null ? null : { id: 1, name: asset },
    configurationItem: configurationItem === null ? null : { id: 1, name: configurationItem },
    namesakes: [],
    parents: lookups.parent === null ? [] : [ownTicket(lookups.parent, sender, instruction)],
    openEvent: null,
    storm: null,
    eventCategory: null,
    ticket: ticket === null ? null : { ...ownTicket(ticket.number, sender, instruction), by: ticket.by },
  };
};

const employee = (id: number, address: string): Employee => ({
  id,
  name: address,
  addresses: [address],
  supportGroups: [],
});

const category = (id: number, name: string, ticketType: TicketType): Category => ({
  id,
  code: name,
  name,
  path: name,
  ticketType,
  process: '',
  supportGroup: null,
});

/** Makes an id that is nobody's in the mail. */
const somebodyElse = 1_000;

const ownTicket = (number: string, sender: Employee, { operation, choice }: Instruction): TicketFacts => ({
  number,
  state: operation === 'RESTART' ? 'on_hold' : 'registered',
  fields: {
    categoryId: 1,
    title: '',
    description: '',
    occurredAt: new Date(0).toISOString(),
    urgency: defaultLevel,
    impact: defaultLevel,
    severity: null,
    priority: priorityOf(defaultLevel, defaultLevel),
    assetId: null,
    assetText: null,
    configurationItemId: null,
    configurationItemText: null,
    origin: null,
    phone: null,
    location: null,
    department: null,
    externalReference: null,
    customFields: {},
  },
  // Nobody decides what they asked for themselves.
  requestorId: choice === null ? sender.id : sender.id + somebodyElse,
  recipientId: null,
  supportGroup: null,
  closedReplyPolicy: 'reopen',
  approval:
    choice === null
      ? null
      : {
          actionId: 1,
          kind: 'approval',
          state: 'waiting',
          rule: 'one',
          requests: [{ id: 1, employeeId: sender.id, state: 'asked', delegates: [] }],
          decision: null,
        },
});
