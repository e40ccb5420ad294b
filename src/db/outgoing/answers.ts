import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Answer } from '../../domain/handling/answer.ts';
import type { Tx } from '../shared/connect.ts';
import { employeeAddresses, employees, outbox } from '../schema/index.ts';
import { readSettings } from '../settings/settings.ts';
import { recordset } from '../shared/sets.ts';
import { answering } from './outbox.ts';

/** An answer to one message, for the outbox. */
export interface NewAnswer {
  readonly kind: Exclude<Answer['kind'], 'operation_confirmation'>;
  readonly tags: Readonly<Record<string, string>>;
  readonly address: string;
  readonly ticketId: number | null;
  readonly messageId: number;
  readonly mailboxId: number;
}

/**
 * As `enqueueMail` for each of them, one after the other: a message is answered once, and an address gets so many an hour.
 * @returns the messages that are answered by it
 */
export const enqueueAnswers = async (
  tx: Tx,
  answers: readonly NewAnswer[],
  now: string,
): Promise<ReadonlySet<number>> => {
  if (answers.length === 0) return new Set();
  const { language, answersPerHour } = await readSettings(tx);
  const limited = answering.find((kinds) => kinds.includes('answer')) ?? [];
  const rows = answers.map(({ kind, tags, address, ticketId, messageId, mailboxId }, place) => ({
    ...{ place, kind, tags, address, header: `<${randomUUID()}@tsa.invalid>` },
    ...{ ticket_id: ticketId, message_id: messageId, mailbox_id: mailboxId },
  }));
  const written = await tx.execute<{ id: string }>(sql`
    insert into ${outbox} (kind, message_id_header, mailbox_id, to_address, language, ticket_id, answers_message_id, tags, created_at)
    select kind, header, mailbox_id, address, coalesce(
        (
          select ${employees.language} from ${employeeAddresses} join ${employees} on ${employees.id} = ${employeeAddresses.employeeId}
          where ${employeeAddresses.address} = open.address limit 1
        ),
        ${language}
      ), ticket_id, message_id, tags, ${now}::timestamptz
    from (
      select answer.*, count(*) filter (where answer.kind = any(${sql.param(limited)}::text[]))
        over (partition by answer.address order by answer.place) as nth
      from ${recordset(rows)} as answer (
        place int, kind text, tags jsonb, address text, header text, ticket_id bigint, message_id bigint, mailbox_id bigint
      )
      where not exists (
        select from ${outbox} as earlier
        where earlier.answers_message_id = answer.message_id and earlier.kind in ('answer', 'acknowledgement')
          and answer.kind in ('answer', 'acknowledgement')
      )
    ) as open
    where kind <> all(${sql.param(limited)}::text[]) or nth + (
      select count(*) from ${outbox} as earlier
      where earlier.to_address = open.address and earlier.created_at > ${now}::timestamptz - interval '1 hour'
        and earlier.kind = any(${sql.param(limited)}::text[])
    ) <= ${answersPerHour}::int
    order by place
    on conflict (answers_message_id) where kind in ('answer', 'acknowledgement') do nothing
    returning answers_message_id as id`);
  return new Set(written.map(({ id }) => Number(id)));
};
