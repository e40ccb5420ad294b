import { asc, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApproval } from '../../src/db/approvals/approvals.ts';
import { findMailbox, isSwitchedOn, type MailboxRecord } from '../../src/db/mailboxes/mailboxes.ts';
import { listLog } from '../../src/db/log/log-list.ts';
import { listToRemove } from '../../src/db/messages/ledger.ts';
import { actions, approvals, documents, employees, outbox, tickets } from '../../src/db/schema/index.ts';
import { presetMail } from '../../src/domain/outgoing/mailto-presets.ts';
import { renderTemplate } from '../../src/domain/outgoing/template.ts';
import { createMailto, readMailto } from '../../src/instructions/mailto.ts';
import { brokenRules, problemOf, startTestApi, type TestApi } from '../api/support.ts';
import { handling, mailing } from '../db/approvals/mails.ts';
import { readFixture } from '../support/fixtures.ts';
import { written } from '../support/mail-sink.ts';

/**
 * The manual page of the Technical Support Agent from its top to its bottom: a case a statement, named by its words. What needs a mail
 * server, an identity provider or the workflows is walked in test/mail and test/e2e.
 */
let api: TestApi;
let box: MailboxRecord;
const db = () => api.database.db;
const mail = mailing(db, () => box);
const handle = handling(db, () => box);

const user = 'fleblanc@aef.com';
const approver = 'ahaddad@aef.com';
const technician = 'ahaddad@aef.com';

beforeAll(async () => {
  api = await startTestApi();
  box = await form({ name: 'Incidents' });
});
afterAll(() => api.stop());

const fields = {
  type: 'imap4',
  mailServer: 'mail.example.com',
  login: 'support@aef.com',
  password: 's3cret-of-the-mailbox',
  defaultCategory: 'GENERAL',
  origin: 'email',
};
const send = (over: object) => api.send('POST', '/api/v1/mailboxes', { ...fields, ...over });
const form = async (over: object): Promise<MailboxRecord> => {
  const response = await send(over);
  if (response.status !== 201) throw new Error(await response.text());
  return findMailbox(db(), ((await response.json()) as { id: number }).id);
};
const ticketOf = async (number: string | null) => {
  const [ticket] = await db()
    .select()
    .from(tickets)
    .where(eq(tickets.number, number ?? ''));
  if (ticket === undefined) throw new Error(`no ticket ${number ?? ''}`);
  return ticket;
};
const shown = async (number: string | null) =>
  (await api.get(`/api/v1/tickets/${number ?? ''}`)) as Record<string, unknown> & { actions: { text: string }[] };
const documentsOf = async (number: string | null) =>
  db()
    .select({ name: documents.name })
    .from(documents)
    .where(eq(documents.ticketId, (await ticketOf(number)).id))
    .orderBy(asc(documents.id));
const created = async (body = 'Hello') => (await mail(user, 'A problem', body)).ticketNumber ?? '';
/** A service request that waits for its first approver. */
const asked = async () => {
  const number = await created("@CODE_CATALOG@='NEW_LAPTOP' Mine is old.");
  await openApproval(db(), { number, position: 0, now: new Date().toISOString() });
  return number;
};
const stateOf = async (number: string) => {
  const rows = await db()
    .select({ state: approvals.state })
    .from(approvals)
    .where(eq(approvals.ticketId, (await ticketOf(number)).id));
  return rows.map(({ state }) => state);
};

describe('Definition', () => {
  it.each([
    ['incidents', 'GENERAL', 'I'],
    ['service requests', 'ACCESS', 'S'],
    ['change requests', 'FIREWALL', 'R'],
    ['events', 'MONITORING', 'E'],
  ])('converts messages automatically to %s, based on the instructions in the emails', async (_what, code, letter) => {
    const row = await mail(user, 'A problem', `@CODE_CATALOG@='${code}'`);
    expect(row.disposition).toBe('created');
    expect(row.ticketNumber).toMatch(new RegExp(`^${letter}\\d{6}_\\d{6}$`));
  });

  it('may result in a new object, or the update of an object described in the message', async () => {
    const number = await created();
    expect(await mail(user, 'x', `@RFC_NUMBER@='${number}' @PHONE@='12'`)).toMatchObject({
      disposition: 'updated',
      ticketNumber: number,
    });
  });
});

describe('Operating principle', () => {
  it('connects to the inboxes on a regular basis', async () => {
    expect(await api.get(`/api/v1/mailboxes/${box.id}`)).toMatchObject({ readIntervalMinutes: 5, active: true });
    expect(api.control.calls).toContain(`wake ${box.id}`);
  });

  it('receives automatically created events about a configuration item', async () => {
    const alarm = "@CODE_CATALOG@='MONITORING' @CI@='ERP' @EXTERNAL_REFERENCE@='A-1'";
    const { ticketNumber } = await mail(user, 'Down', alarm);
    expect(await mail(user, 'Down again', alarm)).toMatchObject({ disposition: 'updated', ticketNumber });
    expect(await shown(ticketNumber)).toMatchObject({ type: 'E', configurationItem: 'ERP', occurrences: 2 });
  });

  it('retrieves emails sent by an external application: a Trusted Sender need not be an employee', async () => {
    // Of the helper's own Trusted Senders.
    expect((await mail('desk@aef.com', 'Disk full', 'x')).disposition).toBe('created');
  });

  it('takes the category of the message, and if this is not available that of the inbox', async () => {
    expect(await shown(await created("@CODE_CATALOG@='Printer'"))).toMatchObject({ category: { code: 'PRINTER' } });
    expect(await shown(await created())).toMatchObject({ category: { code: 'GENERAL' } });
  });

  it('modifies fields passed in parameters, puts tickets on hold, reopens and resolves them', async () => {
    const number = await created();
    const order = async (body: string) => (await mail(technician, 'x', `@RFC_NUMBER@='${number}' ${body}`)).disposition;
    expect([
      await order('@FIELDS_TO_UPDATE@={E_ROOM=7}'),
      await order("@OPERATION@='STOP' @REASON@='A part is missing'"),
      await order("@OPERATION@='RESTART'"),
      await order("@OPERATION@='SOLVE' @SOLUTION@='Done'"),
      await order("@OPERATION@='RESTART'"),
    ]).toEqual(['updated', 'put_on_hold', 'reopened', 'solved', 'reopened']);
  });

  it('deletes the email once it is processed', async () => {
    const { id } = await mail(user, 'A problem', 'Hello');
    expect(box.afterProcessing).toBe('delete');
    expect((await listToRemove(db(), box.id, 1000)).map((one) => one.id)).toContain(id);
  });
});

describe('Example', () => {
  it('generates an incident dated 02/07/2022 with a High urgency for the equipment P04319', async () => {
    const row = await handle(await readFixture('page-example-whole'), 'pass');
    expect(row.disposition).toBe('created');
    expect(await shown(row.ticketNumber)).toMatchObject({
      type: 'I',
      occurredAt: '2022-07-02T00:00:00.000Z',
      urgency: 1,
      asset: { tag: 'P04319' },
      category: { path: 'Incidents/Equipment/Other Peripherals/Smartphone' },
      process: 'Incident: Standard Process',
      requestor: { address: user },
    });
    expect(await documentsOf(row.ticketNumber)).toEqual([{ name: 'document.txt' }]);
  });

  it('does not process the message when the recipient is not its sender', async () => {
    const row = await mail('gsmith@aef.com', 'A problem', `Recipient / Requesting person : ${user}`);
    expect(row).toMatchObject({ disposition: 'rejected', reason: 'sender_mismatch' });
  });
});

describe('Modern authentication', () => {
  const office = { type: 'office365', mailServer: null, applicationId: 'a', directoryId: 'd', login: 'o@aef.com' };
  const graph = { type: 'graph', mailServer: null, applicationId: 'a', directoryId: 'd', login: 'g@aef.com' };

  it.each<[string, object, string]>([
    ['Office 365 is ROPC only: the password is required', { ...office, password: null }, 'password'],
    ['Office 365 has SSL/TLS enabled', { ...office, sslTls: false }, 'sslTls'],
    ['Office 365 needs application and directory', { ...office, applicationId: null }, 'applicationId'],
    ['Microsoft Graph has SSL/TLS disabled', { ...graph, sslTls: true }, 'sslTls'],
    ['Microsoft Graph names no mail server', { ...graph, mailServer: 'x.example.com' }, 'mailServer'],
    ['Microsoft Graph requires the client secret in CC mode', { ...graph, password: null }, 'clientSecret'],
  ])('%s', async (name, over, field) => {
    const rules = await brokenRules(await send({ name, ...over }));
    expect(rules.map((rule) => rule.split(':')[0])).toContain(field);
  });

  it('does not display password and client secret again, and need not have them re-entered', async () => {
    const { id } = await form({ name: 'Secrets', login: 'secret@aef.com' });
    expect(await api.get(`/api/v1/mailboxes/${id}`)).toMatchObject({ password: '********' });
    expect((await api.send('PATCH', `/api/v1/mailboxes/${id}`, { origin: 'Phone' })).status).toBe(200);
  });
});

describe('Update of the form', () => {
  it('reports topic and message body to the Description', async () => {
    const { ticketNumber } = await mail(user, 'The topic', 'The body');
    expect(await shown(ticketNumber)).toMatchObject({ description: 'The topic\n\nThe body' });
  });

  it('attaches responses and attachments, provided that the return address is set', async () => {
    const number = await created();
    expect((await mail(user, `Re: [${number}] A problem`, 'More of it\n> old')).disposition).toBe('filed');
    expect(await documentsOf(number)).toHaveLength(1);
    await api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress: null });
    const other = await handle(await readFixture('page-example-whole'), 'pass');
    await api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress: box.address });
    expect(other.disposition).toBe('duplicate');
  });

  it('has a log with the history of the operations', async () => {
    const { id, ticketNumber } = await mail(user, 'A problem', 'Hello');
    const log = await listLog(db(), { messageId: id }, { limit: 1 });
    expect(log).toMatchObject([{ operation: 'CREATE', result: 'created', ticketNumber, who: user }]);
  });
});

describe('Predefined variables', () => {
  it('are placed between @ characters; without a value they are text', async () => {
    const number = await created('Event generated at @DATE@');
    expect(await shown(number)).toMatchObject({ description: 'A problem\n\nEvent generated at @DATE@' });
  });

  it('have their value between apostrophes', async () => {
    expect(await shown(await created("@ASSET@='P04319'"))).toMatchObject({ asset: { tag: 'P04319' } });
  });

  it('have several values each between curly brackets', async () => {
    const number = await created('@FIELDS_TO_UPDATE@={COMMENT=Internal Problem} {ASSET_TAG=ZS_010}');
    const { asset, actions: done } = await shown(number);
    expect(asset).toMatchObject({ tag: 'ZS_010' });
    expect(done[0]?.text).toBe('Internal Problem');
  });

  it('update the existing record where the object number is completed, also without its letter', async () => {
    const number = await created();
    const row = await mail(user, 'x', `The incident @RFC_NUMBER@='${number.slice(1)}' has been updated.`);
    expect(row).toMatchObject({ disposition: 'filed', ticketNumber: number });
  });

  it('with the stray sign of the manual’s own example are answered with the remedy', async () => {
    const row = await mail(user, 'x', "The incident @RFC_NUMBER@)='100622_000027' has been updated.");
    expect(row).toMatchObject({ disposition: 'quarantined', reason: 'malformed_instruction' });
    expect(row.explanation).toContain("@RFC_NUMBER@='…'");
  });
});

describe('Caution', () => {
  it('consults no mailbox while the agent is deactivated, even an active one', async () => {
    await api.send('PUT', '/api/v1/agent', { enabled: false });
    expect(await isSwitchedOn(db(), box.id)).toBe(false);
    expect((await mail(user, 'A problem', 'Hello')).disposition).toBeNull();
    await api.send('PUT', '/api/v1/agent', { enabled: true });
  });

  it('has the password cleared when a mailbox goes from POP3 or IMAP to Microsoft Graph', async () => {
    const { id } = await form({ name: 'To Graph', login: 'move@aef.com' });
    const to = {
      type: 'graph',
      mailServer: null,
      applicationId: 'a',
      directoryId: 'd',
      clientSecret: 's',
      sslTls: false,
    };
    const change = (more: object) => api.send('PATCH', `/api/v1/mailboxes/${id}`, { ...to, ...more });
    expect((await problemOf(await change({}))).errors?.map(({ field }) => field)).toContain('password');
    expect((await change({ password: null })).status).toBe(200);
  });

  it('rejects what has the tag auto-submitted: auto-replied', async () => {
    const headers = ['Auto-Submitted: auto-replied'];
    const raw = written({ from: user, to: box.address, subject: 'Away', body: 'x', headers });
    expect(await handle(raw, 'pass')).toMatchObject({ disposition: 'rejected', reason: 'auto_reply' });
  });

  it.each(['delivery-status', 'read-receipt'])('rejects a report, content-type: multipart/report: %s', async (name) => {
    expect(await handle(await readFixture(name), 'pass')).toMatchObject({ disposition: 'rejected', reason: 'report' });
  });

  it('interprets only the right quotation mark, and names the one that it found', async () => {
    const row = await mail(user, 'x', '@ASSET@=‘P04319’');
    expect(row).toMatchObject({ disposition: 'quarantined', reason: 'malformed_instruction' });
    expect(row.explanation).toContain('U+2018');
  });
});

describe('Best practice', () => {
  it('lets the technical support requalify the incident', async () => {
    const number = await created();
    expect((await mail(technician, 'x', `@RFC_NUMBER@='${number}' @CODE_CATALOG@='Laptop'`)).disposition).toBe(
      'updated',
    );
    expect(await shown(number)).toMatchObject({ category: { path: 'Incidents/Equipment/Computers/Laptop' } });
  });

  it.each([
    ['To approve', 'To%20approve'],
    ["@END_DATE@='21/10/2022 14:30'", '@END_DATE@%3D%2721/10/2022 14:30%27'],
    ["@CHOICE@='1'", '@CHOICE@%3D%271%27'],
  ])('writes %s as %s', (body, encoded) => {
    expect(createMailto({ to: 'a@b.c', body }).url).toBe(`mailto:a@b.c?body=${encoded}`);
  });
});

describe('Screen description', () => {
  it('Origin: the method by which the object is reported', async () => {
    expect(await shown(await created())).toMatchObject({ origin: 'email' });
  });

  it('Create Unknown Requestors: senders are created if they do not exist, by their address', async () => {
    const open = { ...box, createUnknownRequestors: true };
    const raw = written({ from: 'new@else.example', to: box.address, subject: 'Hello', body: 'x' });
    expect((await handling(db, () => open)(raw, 'pass')).disposition).toBe('created');
    expect(await db().select().from(employees).where(eq(employees.name, 'new@else.example'))).toHaveLength(1);
  });

  it('Redirect Unknown Emails to: where they go when senders are not created', async () => {
    const desk = { ...box, redirectUnknownEmailsTo: 'desk@aef.com' };
    const raw = written({ from: 'other@else.example', to: box.address, subject: 'Hello', body: 'x' });
    expect((await handling(db, () => desk)(raw, 'pass')).disposition).toBe('redirected');
    const [redirect] = await db().select().from(outbox).where(eq(outbox.kind, 'redirect'));
    expect(redirect?.toAddress).toBe('desk@aef.com');
  });

  it('{TSA} Support return email address: must correspond to one of the accounts', async () => {
    const set = (supportReturnEmailAddress: string) =>
      api.send('PUT', '/api/v1/settings', { supportReturnEmailAddress });
    expect((await set('nobody@aef.com')).status).toBe(422);
    expect((await set(box.address)).status).toBe(200);
  });
});

describe('How to configure an approval/refusal email', () => {
  it('has the object reference in the Subject, by @RFC_NUMBER@', async () => {
    const number = await asked();
    const row = await mail(approver, `Re: @RFC_NUMBER@='${number}'`, 'I shall look at it.');
    expect(row).toMatchObject({ disposition: 'filed', ticketNumber: number });
  });

  it.each([
    ['Accepted', 'accept', 'accepted'],
    ['Refused', 'refuse', 'refused'],
  ] as const)('the hyperlink %s sends the response, which decides', async (subject, preset, state) => {
    const number = await asked();
    const link = createMailto({ to: box.address, ...presetMail(preset, number) }).url;
    const clicked = readMailto(link);
    expect(clicked?.subject).toBe(subject);
    expect(await mail(approver, subject, clicked?.body ?? '')).toMatchObject({
      disposition: 'choice_recorded',
      ticketNumber: number,
    });
    expect(await stateOf(number)).toEqual([state]);
    expect(await documentsOf(number)).toEqual([]);
  });

  it('a response that nothing proves waits until it is confirmed', async () => {
    const number = await asked();
    const { subject, body } = presetMail('accept', number);
    expect(await handle(written({ from: approver, to: box.address, subject, body }), 'none')).toMatchObject({
      disposition: 'choice_pending',
    });
    expect(await stateOf(number)).toEqual(['waiting']);
  });
});

describe("How to use the CHA's Mailto Code Generator", () => {
  it('creates the URL, tests it, and works when pasted into the Message of the validation step', async () => {
    const made = await (
      await api.send('POST', '/api/v1/mailto', {
        to: box.address,
        subject: 'Accepted',
        body: "@OPERATION@='SOLVE'\n@RFC_NUMBER@='#RFC_NUMBER#'\n@CHOICE@='1'",
      })
    ).json();
    expect(made).toMatchObject({
      understood: { operation: 'SOLVE', rfcNumber: '#RFC_NUMBER#', choice: '1' },
      errors: [],
    });
    const number = await asked();
    const { url } = made as { url: string };
    const { text } = renderTemplate({ subject: 's', text: url, html: url }, { RFC_NUMBER: number });
    expect(await mail(approver, 'Accepted', readMailto(text)?.body ?? '')).toMatchObject({
      disposition: 'choice_recorded',
    });
    expect(await stateOf(number)).toEqual(['accepted']);
  });
});

describe('The table of predefined variables', () => {
  it.each([
    ['@ACTION_ID@=', 'CURRENT_ACTION_ID', '7'],
    ['@ACTION_ID@=', 'ACTION_ID', '6'],
  ] as const)('%s#%s# identifies an action, filled when the mail is sent', (_variable, name, id) => {
    const text = `@ACTION_ID@='#${name}#'`;
    const template = { subject: 's', text, html: text };
    expect(renderTemplate(template, { [name]: id }).text).toBe(`@ACTION_ID@='${id}'`);
  });

  it('Creation, with a parent, a category by GUID, and people by number', async () => {
    await db().update(employees).set({ employeeNumber: 'E42' }).where(eq(employees.name, 'Françoise Leblanc'));
    const parent = await created();
    const number = await created(`@OPERATION@='CREATE' @PARENT_REQUEST@='${parent}' @RECIPIENT@='E42'`);
    expect(await shown(number)).toMatchObject({ parent, recipient: { address: user } });
  });

  it("Modification by UPDATE, with the vendor's own example of FIELDS_TO_UPDATE", async () => {
    const number = await created();
    const update = '@FIELDS_TO_UPDATE@={comment=updated by mail} {ci=SRV_15-F} {asset=ZS_003}';
    expect((await mail(user, 'x', `@OPERATION@='UPDATE' @RFC_NUMBER@='${number}' ${update}`)).disposition).toBe(
      'updated',
    );
    expect(await shown(number)).toMatchObject({ configurationItem: 'SRV_15-F', asset: { name: 'ZS_003' } });
  });

  it('Storage of attached documents and the reply: without what it quotes', async () => {
    const number = await created();
    await mail(user, `Re: [${number}]`, 'It works again.\n\n-----Original Message-----\nold');
    const [reply] = await db()
      .select({ text: actions.text })
      .from(actions)
      .where(eq(actions.ticketId, (await ticketOf(number)).id))
      .orderBy(asc(actions.id))
      .offset(1);
    expect(reply?.text).toBe('It works again.');
  });

  it('On Hold by STOP, Reopening by RESTART, Solution by SOLVE', async () => {
    const number = await created();
    const states: string[] = [];
    for (const operation of ['STOP', 'RESTART', 'SOLVE', 'RESTART']) {
      await mail(technician, 'x', `@OPERATION@='${operation}' @RFC_NUMBER@='${number}'`);
      states.push((await ticketOf(number)).state);
    }
    expect(states).toEqual(['on_hold', 'registered', 'solved', 'registered']);
  });
});
