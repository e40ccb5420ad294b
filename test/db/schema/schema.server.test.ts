import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../../src/db/schema/index.ts';
import { useDatabase } from '../fixtures.ts';

const { sql } = useDatabase();

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** Every column of a union of words: table, column, words. */
const unions = Object.values(schema)
  .filter((table) => is(table, PgTable))
  .flatMap((table) => {
    const { name, columns } = getTableConfig(table);
    return columns.flatMap((column) =>
      column.enumValues === undefined || column.enumValues.length === 0
        ? []
        : [[name, snakeCase(column.name), [...column.enumValues].sort()] as const],
    );
  });

describe('the database', () => {
  it.each(unions)('allows in %s.%s the words of the domain and no others', async (table, column, words) => {
    const checks = await sql()<{ definition: string }[]>`
      select pg_get_constraintdef(oid) as definition from pg_constraint
      where conrelid = ${table}::regclass and contype = 'c' and conname like '%_known'`;
    const [definition] = checks
      .map((check) => check.definition)
      .filter((text) => new RegExp(String.raw`^CHECK \(\(\(?"?${column}"? = ANY`).test(text));
    const allowed = [...(definition ?? '').matchAll(/'([^']*)'::text/g)].map(([, word]) => word);
    expect(allowed.sort()).toEqual(words);
  });

  it('has a check for each of the domain’s unions that it stores', () => {
    expect(unions.map(([table, column]) => `${table}.${column}`).sort()).toEqual([
      'actions.kind',
      'api_tokens.role',
      'approval_requests.pending_choice',
      'approval_requests.state',
      'approvals.kind',
      'approvals.state',
      'categories.closed_reply_policy',
      'categories.ticket_type',
      'employees.language',
      'mail_parts.language',
      'mailboxes.after_processing',
      'mailboxes.send_via',
      'mailboxes.sender_authentication',
      'mailboxes.state',
      'mailboxes.type',
      'messages.disposition',
      'messages.reason',
      'messages.sender_authentication',
      'operation_log.level',
      'operation_log.who_kind',
      'outbox.kind',
      'outbox.language',
      'outbox.state',
      'templates.language',
      'templates.name',
      'ticket_counters.type',
      'ticket_warnings.target',
      'ticket_warnings.warning',
      'tickets.state',
      'tickets.type',
      'users.role',
      'workflow_outbox.kind',
    ]);
  });
});
