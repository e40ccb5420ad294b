import { eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { createDelegation } from '../../../src/db/approvals/delegations.ts';
import { findTemplate } from '../../../src/db/outgoing/outgoing-mail.ts';
import { outbox } from '../../../src/db/schema/index.ts';
import { renderTemplate } from '../../../src/domain/outgoing/template.ts';
import { useDatabase } from '../fixtures.ts';
import { idOf } from './mails.ts';

const { db } = useDatabase();

it.each(['en', 'fr'] as const)('an approver is told by mail who answers in their place, in %s', async (language) => {
  const delegation = {
    employeeId: await idOf(db(), 'ahaddad@aef.com'),
    delegateId: await idOf(db(), 'mtanaka@aef.com'),
    startsAt: '2026-12-01T08:00:00.000Z',
    endsAt: '2026-12-24T17:00:00.000Z',
  };
  const { id } = await createDelegation(db(), delegation);
  const mails = await db().select().from(outbox).where(eq(outbox.kind, 'delegation'));
  expect(mails.at(-1)).toMatchObject({
    toAddress: 'ahaddad@aef.com',
    ticketId: null,
    tags: { DELEGATE: 'Mei Tanaka', STARTS_AT: delegation.startsAt, EXPIRES_AT: delegation.endsAt },
  });
  const { text } = renderTemplate(await findTemplate(db(), 'delegation', language), {
    ...mails.at(-1)?.tags,
    ADDRESSEE: 'Amira Haddad',
  });
  expect(text).toContain('Mei Tanaka');
  expect(text).not.toContain('#');
  expect(id).toBeGreaterThan(0);
});
