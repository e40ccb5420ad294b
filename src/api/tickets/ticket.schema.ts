import { waitingReasons } from '../../domain/processes/waiting.ts';
import { z } from '@hono/zod-openapi';
import {
  approvalKinds,
  approvalRequestStates,
  approvalRules,
  approvalStates,
} from '../../domain/approvals/approval.ts';
import { actionKinds, ticketStates, ticketTypes } from '../../domain/tickets/ticket.ts';
import { outboxStates } from '../../db/schema/index.ts';
import { choices } from '../../domain/messages/instruction.ts';
import { outgoingKinds } from '../../domain/outgoing/outgoing.ts';
import { pageOf, pageQuery } from '../http/paging.ts';
import { flag, idQuery, instant, orNull, searchText } from '../http/common.ts';

const LevelSchema = z
  .union([z.literal(1), z.literal(2), z.literal(3)])
  .openapi('Level', { description: '1 high, 2 medium, 3 low.' });
const StateSchema = z.enum(ticketStates).openapi('TicketState');
export const TicketTypeSchema = z
  .enum(ticketTypes)
  .openapi('TicketType', { description: 'I (incident), S (service request), R (change request) or E (event).' });

const PersonSchema = z.object({ id: z.int(), name: z.string(), address: z.string().nullable() }).openapi('Person');

const TicketSchema = z
  .object({
    id: z.int(),
    number: z.string().describe('Value of RFC_NUMBER.'),
    type: TicketTypeSchema,
    state: StateSchema,
    process: z.string(),
    category: z.object({ code: z.string(), path: z.string() }),
    requestor: PersonSchema,
    recipient: orNull(PersonSchema),
    mailboxId: z.int().nullable(),
    relatedTo: z.string().nullable().describe('Ticket that the message named, if its sender may not act on it.'),
    parent: z.string().nullable().describe('Ticket that this one is a part of, named by `@PARENT_REQUEST@`.'),
    title: z.string(),
    description: z.string(),
    occurredAt: instant,
    urgency: LevelSchema,
    impact: LevelSchema,
    severity: orNull(LevelSchema),
    priority: z.int().describe('1 highest to 5 lowest.'),
    asset: z
      .object({ tag: z.string().nullable(), name: z.string() })
      .nullable()
      .describe('Without a tag: the text of the message, because the item is unknown.'),
    configurationItem: z.string().nullable(),
    origin: z.string().nullable(),
    phone: z.string().nullable(),
    location: z.string().nullable(),
    department: z.string().nullable(),
    externalReference: z.string().nullable(),
    customFields: z
      .record(z.string(), z.string())
      .readonly()
      .describe('Columns of FIELDS_TO_UPDATE that are kept as written: E_… and AVAILABLE_FIELD_1 to 6.'),
    phase: z.string().nullable().describe('What its process is at, in words of the process. Null before it began.'),
    waitsFor: z
      .enum(waitingReasons)
      .nullable()
      .describe(
        'What it waits for before people can go on: `approval` its approvers, `approver` somebody who may approve (there is nobody), `window` the start of its window, `hold` the end of its hold, `confirmation` the word of the requestor. Null if nothing.',
      ),
    occurrences: z.int().describe('How often an event came, itself included.'),
    solvedAt: instant.nullable(),
    closeAt: instant.nullable().describe('Time at which a solved ticket is closed automatically.'),
    holdUntil: instant.nullable().describe('Time at which the hold ends automatically.'),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Ticket');

const ActionSchema = z
  .object({
    id: z.int().describe('Value of ACTION_ID.'),
    kind: z.enum(actionKinds),
    text: z.string(),
    by: z.object({ id: z.int(), name: z.string() }).nullable().describe('Null for TSA itself.'),
    messageId: z.int().nullable().describe('The message that caused it.'),
    at: instant,
    dueAt: instant.nullable(),
  })
  .openapi('Action');

const DocumentSchema = z
  .object({
    id: z.int(),
    name: z.string(),
    contentType: z.string(),
    size: z.int(),
    sha256: z.string(),
    inline: z.boolean().describe('An image that the mail’s HTML shows.'),
    messageId: z.int().nullable(),
    createdAt: instant,
  })
  .openapi('Document');

const ApprovalSchema = z
  .object({
    actionId: z.int().describe('The action that waits or waited for the choice.'),
    workflowId: z
      .string()
      .nullable()
      .describe('Address in the Temporal Web UI. Null for a confirmation, which has no workflow.'),
    kind: z.enum(approvalKinds).describe('`confirmation`: the requestor is asked whether the ticket is solved.'),
    state: z.enum(approvalStates),
    rule: z.enum(approvalRules),
    askedAt: instant,
    expiresAt: instant,
    decidedAt: instant.nullable(),
    asked: z
      .array(
        z.object({
          employee: z.object({ id: z.int(), name: z.string() }),
          state: z.enum(approvalRequestStates),
          comment: z.string(),
          chosenAt: instant.nullable(),
          mail: z
            .object({ state: z.enum(outboxStates), problem: z.string().nullable() })
            .nullable()
            .describe('The last email to this person about it. Null before there is one.'),
          pending: z
            .object({ choice: z.enum(choices), since: instant })
            .nullable()
            .describe('Choice that came without proof. It has no effect until the person confirms it.'),
        }),
      )
      .readonly(),
  })
  .openapi('Approval');

export const TicketDetailSchema = TicketSchema.extend({
  workflowId: z.string().describe('Address in the Temporal Web UI.'),
  actions: z.array(ActionSchema),
  documents: z.array(DocumentSchema),
  approvals: z.array(ApprovalSchema),
  undelivered: z
    .array(
      z.object({
        id: z.int(),
        kind: z.enum(outgoingKinds),
        to: z.string(),
        state: z.enum(outboxStates),
        problem: z.string().nullable(),
      }),
    )
    .describe('Emails of this ticket that came back or were given up.'),
}).openapi('TicketDetail');

export const TicketPageSchema = pageOf(TicketSchema).openapi('TicketPage');

export const ticketQuery = z.strictObject({
  ...pageQuery,
  state: StateSchema.optional(),
  type: TicketTypeSchema.optional(),
  mailbox: idQuery.optional().describe('ID of the mailbox that received it.'),
  category: idQuery.optional().describe('ID of the category.'),
  nobodyToAsk: flag.optional().describe('True if an approval waits without an eligible approver.'),
  requestor: searchText.toLowerCase().optional().describe('A mail address of the requestor.'),
  text: searchText.optional().describe('Matches part of the number, title or external reference.'),
});

const number = z
  .string()
  .regex(/^[a-z]\d{6}_\d{6,20}$/i)
  .transform((text) => text.toUpperCase())
  .openapi({ type: 'string', param: { name: 'number', in: 'path' }, example: 'I261123_000001' });

export const ticketParams = z.object({ number });
export const documentParams = z.object({
  number,
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .openapi({ type: 'integer', param: { name: 'id', in: 'path' }, example: 1 }),
});
