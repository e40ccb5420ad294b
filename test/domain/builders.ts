import { decide } from '../../src/domain/handling/decide.ts';
import type { ApprovalFacts } from '../../src/domain/approvals/approval.ts';
import type { Category, Employee, Facts, TicketFacts } from '../../src/domain/handling/facts.ts';
import type { Instruction, InstructionReading } from '../../src/domain/messages/instruction.ts';
import type { Attachment, Message } from '../../src/domain/messages/message.ts';
import type { InstructionError } from '../../src/domain/messages/diagnostic.ts';
import type { Plan } from '../../src/domain/handling/plan.ts';
import { defaultPolicy, type Policy } from '../../src/domain/handling/policy.ts';
import type { TicketFields } from '../../src/domain/tickets/ticket.ts';

export const frank: Employee = {
  id: 1,
  name: 'Frank Leblanc',
  addresses: ['fleblanc@aef.com', 'frank@aef.com'],
  supportGroups: [],
};
export const grace: Employee = { id: 2, name: 'Grace Smith', addresses: ['gsmith@aef.com'], supportGroups: [] };
export const agent: Employee = {
  id: 3,
  name: 'Ada Agent',
  addresses: ['ada@aef.com'],
  supportGroups: ['Front Office'],
};

export const frontOffice: Category = {
  id: 10,
  code: 'FO',
  name: 'Front Office',
  path: 'Incidents/Front Office',
  ticketType: 'I',
  process: 'Incident: Standard Process',
  supportGroup: 'Front Office',
};
export const smartphone: Category = {
  ...frontOffice,
  id: 11,
  code: 'SMART',
  name: 'Smartphone',
  path: 'Incidents/Equipment/Other Peripherals/Smartphone',
};

export const document: Attachment = {
  name: 'document.txt',
  contentType: 'text/plain',
  size: 12,
  sha256: 'd4ce2c527afe674c7a086bd74e256019e3d5dcdb31eeb6eaadef5ada8c4383b9',
  inline: false,
};

export const message = (over: Partial<Message> = {}): Message => ({
  messageId: '<1@aef.com>',
  inReplyTo: [],
  references: [],
  repliesTo: null,
  isOwn: false,
  from: [{ name: 'Frank Leblanc', address: 'fleblanc@aef.com' }],
  to: [{ name: '', address: 'support@aef.com' }],
  cc: [],
  subject: 'Screen is dark',
  date: '2026-11-20T08:00:00.000Z',
  text: '',
  headers: [],
  attachments: [],
  partTypes: ['text/plain'],
  report: null,
  notices: [],
  ...over,
});

export const from = (address: string, name = ''): Message => message({ from: [{ name, address }] });

export const instruction = (over: Partial<Instruction> = {}): Instruction => ({
  operation: null,
  rfcNumber: null,
  actionId: null,
  choice: null,
  token: null,
  date: null,
  endDate: null,
  restartDate: null,
  urgency: null,
  impact: null,
  severity: null,
  requestor: null,
  recipient: null,
  parentRequest: null,
  category: null,
  asset: null,
  configurationItem: null,
  origin: null,
  title: null,
  description: null,
  phone: null,
  location: null,
  department: null,
  externalReference: null,
  comment: null,
  solution: null,
  reason: null,
  customFields: {},
  variables: {},
  fields: {},
  ...over,
});

export const errorAt = (line: number, over: Partial<InstructionError> = {}): InstructionError => ({
  code: 'wrong_quote',
  message: 'The value stands in ‘ ’: write apostrophes.',
  line,
  column: 8,
  variable: 'ASSET',
  reason: 'malformed_instruction',
  ...over,
});

export const factsOf = (over: Partial<Facts> = {}): Facts => ({
  now: '2026-11-23T12:00:00.000Z',
  duplicateOf: null,
  recentFromSender: 0,
  sender: frank,
  senderIsStranger: false,
  strangersThisHour: 0,
  senderAuthentication: 'off',
  vouched: false,
  token: null,
  confirmation: null,
  requestor: null,
  recipient: null,
  category: null,
  defaultCategory: frontOffice,
  releasedCategory: null,
  asset: null,
  configurationItem: null,
  ticket: null,
  namesakes: [],
  parents: [],
  openEvent: null,
  storm: null,
  eventCategory: null,
  ...over,
});

export const ticketFields: TicketFields = {
  categoryId: frontOffice.id,
  title: 'Screen is dark',
  description: 'It does not start.',
  occurredAt: '2026-11-01T08:00:00.000Z',
  urgency: 2,
  impact: 2,
  severity: null,
  priority: 3,
  assetId: 70,
  assetText: null,
  configurationItemId: null,
  configurationItemText: null,
  origin: 'email',
  phone: null,
  location: null,
  department: null,
  externalReference: null,
  customFields: { E_ROOM: '12', E_FLOOR: '3' },
};

export const number = 'I261101_000042';

/** Frank's open incident. */
export const ticket = (over: Partial<TicketFacts> = {}): TicketFacts => ({
  number,
  state: 'registered',
  fields: ticketFields,
  requestorId: frank.id,
  recipientId: null,
  supportGroup: 'Front Office',
  closedReplyPolicy: 'reopen',
  approval: null,
  ...over,
});

export interface Given {
  readonly message?: Message;
  readonly instruction?: Partial<Instruction>;
  readonly body?: string;
  readonly errors?: readonly InstructionError[];
  readonly warnings?: InstructionReading['warnings'];
  readonly facts?: Partial<Facts>;
  readonly policy?: Partial<Policy>;
}

/** `decide` on a mail that differs from a plain one of Frank's only in what is given. */
export const decided = (given: Given): Plan =>
  decide(
    given.message ?? message(),
    {
      instruction: instruction(given.instruction),
      warnings: given.warnings ?? [],
      errors: given.errors ?? [],
      bodyWithoutInstructions: given.body ?? 'It does not start.',
    },
    factsOf(given.facts),
    { ...defaultPolicy, ...given.policy },
  );

/** The same on an existing ticket, named by RFC_NUMBER. */
export const decidedOn = (over: Partial<TicketFacts>, given: Given): Plan =>
  decided({
    ...given,
    instruction: { rfcNumber: number, ...given.instruction },
    facts: { ticket: { ...ticket(over), by: 'rfc_number' }, ...given.facts },
  });

export const reasonOf = (plan: Plan): string => (plan.kind === 'refuse' ? plan.reason : plan.disposition);

export const creation = (plan: Plan): Extract<Plan, { kind: 'create' }> => {
  if (plan.kind !== 'create') throw new Error(`no creation but ${JSON.stringify(plan)}`);
  return plan;
};

export const change = (plan: Plan): Extract<Plan, { kind: 'change' }> => {
  if (plan.kind !== 'change') throw new Error(`no change but ${JSON.stringify(plan)}`);
  return plan;
};

export const explanationOf = (plan: Plan): string => (plan.kind === 'refuse' ? plan.explanation : '');

export const warningCodes = (plan: Plan): readonly string[] => plan.warnings.map(({ code }) => code);

/** An approval that waits for these people, each by the request of the same place, counted from 1. */
export const approval = (approvers: readonly Employee[], over: Partial<ApprovalFacts> = {}): ApprovalFacts => ({
  actionId: 5,
  kind: 'approval',
  state: 'waiting',
  rule: 'one',
  requests: approvers.map(({ id }, index) => ({ id: index + 1, employeeId: id, state: 'asked', delegates: [] })),
  decision: null,
  ...over,
});
