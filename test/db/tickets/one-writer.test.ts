import { Linter } from 'eslint';
import { describe, expect, it } from 'vitest';
import { oneTicketWriter } from '../../../scripts/lint/one-ticket-writer.ts';

const complaints = (code: string): number =>
  new Linter().verify(code, [
    { plugins: { tickets: { rules: { 'one-writer': oneTicketWriter } } }, rules: { 'tickets/one-writer': 'error' } },
  ]).length;

describe('the check that a ticket has one writer of its state', () => {
  it.each([
    'tx.insert(tickets).values({ title })',
    'db.insert(schema.tickets).values(rows)',
    'tx.update(tickets).set({ state }).where(eq(tickets.id, id))',
    'await tx\n  .update(tickets)\n  .set({ phase, closeAt: null })\n  .where(x)',
    'tx.execute(sql`insert into ${tickets} (number) values (1)`)',
    "tx.execute(sql`update tickets set phase = 'x', held_since = null where id = 1`)",
    'tx.execute(sql`UPDATE ${tickets} AS t\n SET state = 1 WHERE id = 1`)',
  ])('finds %s', (code) => {
    expect(complaints(code)).toBe(1);
  });

  it.each([
    "tx.update(tickets).set({ phase }).where(eq(tickets.state, 'solved'))",
    'tx.insert(ticketWarnings).values({ ticketId })',
    "tx.update(approvals).set({ state: 'expired' }).where(x)",
    "sql`select count(*) from ${tickets} where state = 'closed'`",
    'sql`update ${tickets} set phase = 1 where state = 2`',
  ])('lets pass %s', (code) => {
    expect(complaints(code)).toBe(0);
  });
});
