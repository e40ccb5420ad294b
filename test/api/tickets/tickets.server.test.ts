import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../../../src/db/handling/apply-plan.ts';
import { category, contextOf, createPlan, mailbox as createMailbox, store } from '../../db/fixtures.ts';
import { startTestApi, type TestApi } from '../support.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

interface Listed {
  readonly items: readonly { readonly number: string }[];
}
const numbers = (page: unknown): string[] => (page as Listed).items.map(({ number }) => number);

/** A ticket of fleblanc@aef.com with one document; gives its number. */
const createTicket = async (file: { readonly name: string; readonly contentType: string }): Promise<string> => {
  const { db } = api.database;
  const mailbox = await createMailbox(db);
  const [messageId] = await store(db, mailbox.id, 'one');
  if (messageId === undefined) throw new Error('Nothing was stored.');
  const bytes = Buffer.from('<script>alert(1)</script>');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const attachment = { ...file, size: bytes.length, sha256, inline: false };
  const smartphone = await category(db, 'SMARTPHONE');
  const plan = createPlan(
    smartphone,
    { address: 'fleblanc@aef.com', name: '' },
    { documents: { attachments: [attachment], reply: false } },
  );
  const contents = new Map([[sha256, bytes]]);
  const { ticketNumber } = await db.transaction((tx) =>
    applyPlan(tx, plan, contextOf(mailbox, messageId, { contents })),
  );
  if (ticketNumber === null) throw new Error('A creation makes a ticket.');
  return ticketNumber;
};

const documentOf = async (number: string) => {
  const { documents } = (await api.get(`/api/v1/tickets/${number}`)) as { documents: { id: number; name: string }[] };
  const [document] = documents;
  if (document === undefined) throw new Error('The ticket has a document.');
  return document;
};

describe('a ticket', () => {
  it('is shown by names, with its actions and documents', async () => {
    const number = await createTicket({ name: 'document.txt', contentType: 'text/plain' });
    expect(await api.get(`/api/v1/tickets/${number.toLowerCase()}`)).toMatchObject({
      number,
      state: 'registered',
      category: { code: 'SMARTPHONE' },
      requestor: { name: 'Françoise Leblanc', address: 'fleblanc@aef.com' },
      recipient: null,
      asset: { tag: null, name: 'X1' },
      customFields: { E_FLOOR: '2' },
      actions: [{ kind: 'registration' }],
      documents: [{ name: 'document.txt', contentType: 'text/plain', size: 25 }],
      workflowId: `ticket/${number}`,
    });
    for (const unknown of ['I000101_000001', 'nonsense', '%00']) {
      expect((await api.send('GET', `/api/v1/tickets/${unknown}`)).status).toBe(404);
    }
  });

  it('is found by state, requestor and text', async () => {
    const number = await createTicket({ name: 'a.txt', contentType: 'text/plain' });
    const find = async (query: string) => numbers(await api.get(`/api/v1/tickets?${query}`));
    expect(await find('limit=1')).toEqual([number]);
    expect(await find('state=registered&requestor=francoise.leblanc@AEF.com')).toContain(number);
    expect(await find('requestor=gsmith@aef.com')).toEqual([]);
    expect(await find(`text=${number}`)).toEqual([number]);
    expect(await find('state=closed')).toEqual([]);
  });
});

describe('a document', () => {
  it.each([
    { name: 'note.txt', contentType: 'text/plain', sent: 'text/plain' },
    { name: 'page.html', contentType: 'text/html', sent: 'application/octet-stream' },
    { name: 'logo.svg', contentType: 'image/svg+xml', sent: 'application/octet-stream' },
    { name: 'odd', contentType: 'no type\nat all', sent: 'application/octet-stream' },
  ])('of $contentType goes out as $sent, to be saved', async ({ name, contentType, sent }) => {
    const number = await createTicket({ name, contentType });
    const { id } = await documentOf(number);
    const response = await api.send('GET', `/api/v1/tickets/${number}/documents/${id}`);
    expect(await response.text()).toBe('<script>alert(1)</script>');
    expect(response.headers.get('Content-Type')).toBe(sent);
    expect(response.headers.get('Content-Disposition')).toMatch(/^attachment; filename=/);
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(response.headers.get('Content-Security-Policy')).toBe("sandbox; default-src 'none'");
  });

  it('keeps its name by RFC 6266', async () => {
    const number = await createTicket({ name: 'Résumé "€".txt', contentType: 'text/plain' });
    const { id } = await documentOf(number);
    const response = await api.send('GET', `/api/v1/tickets/${number}/documents/${id}`);
    expect(response.headers.get('Content-Disposition')).toContain(
      "filename*=UTF-8''R%C3%A9sum%C3%A9%20%22%E2%82%AC%22.txt",
    );
  });

  it('is not found under another ticket', async () => {
    const [one, other] = [
      await createTicket({ name: 'a.txt', contentType: 'text/plain' }),
      await createTicket({ name: 'b.txt', contentType: 'text/plain' }),
    ];
    const { id } = await documentOf(one);
    expect((await api.send('GET', `/api/v1/tickets/${other}/documents/${id}`)).status).toBe(404);
  });
});
