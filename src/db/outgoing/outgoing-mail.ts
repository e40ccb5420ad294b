import { sql } from 'drizzle-orm';
import { namedParts, withParts } from '../../domain/outgoing/mail-parts.ts';
import type { ApprovalStep } from '../../domain/approvals/approval.ts';
import type { Template } from '../../domain/outgoing/template.ts';
import { shippedTemplate, type TemplateName } from '../../domain/outgoing/templates/shipped.ts';
import type { Language } from '../../domain/outgoing/outgoing.ts';
import type { Db, Tx } from '../shared/connect.ts';
import { readMailParts } from './mail-parts.ts';
import type { OutgoingMail } from './outbox.ts';
import {
  actions,
  approvals,
  assets,
  categories,
  employeeAddresses,
  employees,
  messages,
  outbox,
  templates,
  tickets,
} from '../schema/index.ts';
import { readChosenReturnAddress, readSettings } from '../settings/settings.ts';

/** What a mail says besides its own tags: of its ticket, its approval and its addressee, when it is sent. */
export interface OutgoingFacts extends Record<string, unknown> {
  readonly number: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly category: string | null;
  /** When the ticket was created, ISO 8601 UTC. */
  readonly submitDate: string | null;
  readonly state: string | null;
  readonly priority: number | null;
  readonly urgency: number | null;
  readonly requestor: string | null;
  readonly recipient: string | null;
  readonly supportGroup: string | null;
  readonly asset: string | null;
  readonly solution: string | null;
  readonly previousActionId: number | null;
  readonly addressee: string | null;
  readonly expiresAt: string | null;
  /** What it means that nobody answers the approval by then. */
  readonly onExpiry: ApprovalStep['onExpiry'] | null;
  /** msg-id and subject of the message that it answers. */
  readonly answersMsgId: string | null;
  /** The first mail of the ticket that was sent to this address: what others of it follow, so that programs show them together. */
  readonly threadMsgId: string | null;
}

export const readOutgoingFacts = async (db: Db | Tx, mail: OutgoingMail): Promise<OutgoingFacts> => {
  const [facts] = await db.execute<OutgoingFacts>(sql`
    select ticket.number, ticket.title, ticket.description, ticket.state, ticket.priority::int, ticket.urgency::int,
      to_char(ticket.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "submitDate",
      (select ${categories.path} from ${categories} where ${categories.id} = ticket.category_id) as category,
      (select ${employees.name} from ${employees} where ${employees.id} = ticket.requestor_id) as requestor,
      (select ${employees.name} from ${employees} where ${employees.id} = coalesce(ticket.recipient_id, ticket.requestor_id)) as recipient,
      ticket.assigned_group as "supportGroup",
      coalesce((select ${assets.name} from ${assets} where ${assets.id} = ticket.asset_id), ticket.asset_text) as asset,
      (
        select ${actions.text} from ${actions} where ${actions.ticketId} = ticket.id and ${actions.kind} = 'solution'
        order by ${actions.id} desc limit 1
      ) as solution,
      (
        select max(${actions.id})::float8 from ${actions}
        where ${actions.ticketId} = ticket.id and ${actions.id} < ${mail.actionId}::bigint
      ) as "previousActionId",
      (
        select ${employees.name} from ${employees} join ${employeeAddresses} on ${employeeAddresses.employeeId} = ${employees.id}
        where ${employeeAddresses.address} = ${mail.to}
      ) as addressee,
      (
        select to_char(${approvals.expiresAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from ${approvals}
        where ${approvals.actionId} = ${mail.actionId}::bigint
      ) as "expiresAt",
      (
        select ${approvals.step} ->> 'onExpiry' from ${approvals}
        where ${approvals.actionId} = ${mail.actionId}::bigint and ${approvals.kind} = 'approval'
      ) as "onExpiry",
      (
        select ${messages.messageId} from ${outbox} join ${messages} on ${messages.id} = ${outbox.answersMessageId}
        where ${outbox.id} = ${mail.id}
      ) as "answersMsgId",
      (
        select earlier.message_id_header from ${outbox} as earlier
        where earlier.ticket_id = ticket.id and earlier.to_address = ${mail.to} and earlier.state = 'sent'
        order by earlier.id limit 1
      ) as "threadMsgId"
    from (select 1) as one left join ${tickets} as ticket on ticket.id = ${mail.ticketId}::bigint`);
  if (facts === undefined) throw new Error('A query that always has a row returned none.');
  return facts;
};

/** The administrator's, else the shipped one; its parts are in their places. */
export const findTemplate = async (db: Db | Tx, name: TemplateName, language: Language): Promise<Template> => {
  const [changed] = await db.execute<{ subject: string; text: string; html: string }>(sql`
    select subject, text, html from ${templates} where name = ${name} and language = ${language}`);
  const template = changed ?? shippedTemplate(name, language);
  return namedParts(template).length === 0 ? template : withParts(template, await readMailParts(db, language));
};

/** Where replies go (spec §8): {TSA} Support return email address, else the mailbox that the mail is sent for; null when neither is there. */
export const readReturnAddress = async (db: Db | Tx, mail: OutgoingMail): Promise<string | null> =>
  (await readChosenReturnAddress(db)) ?? mail.from ?? (await readSettings(db)).supportReturnEmailAddress;
