import { simpleParser } from 'mailparser';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../../../src/domain/handling/policy.ts';
import { composeNotice, type OutgoingNotification } from '../../../src/mail/outgoing/compose-notification.ts';
import { defaultReadOptions, readInstruction } from '../../../src/instructions/read-instruction.ts';
import { composeRedirect, type Redirect } from '../../../src/mail/outgoing/compose.ts';
import { screen } from '../../../src/domain/handling/screen.ts';
import { readFixture } from '../../support/fixtures.ts';
import { mail, read } from '../../support/mime.ts';

const redirect = (original: Uint8Array, changes: Partial<Redirect> = {}): Redirect => ({
  from: 'support@aef.com',
  to: 'desk@aef.com',
  original,
  originalSubject: 'Drucker kaputt – bitte',
  originalFrom: 'gsmith@aef.com',
  messageId: '<redirect-1@support.aef.com>',
  isRepeated: false,
  date: new Date('2022-07-02T07:30:00Z'),
  ...changes,
});

describe('a redirected mail', () => {
  it.each([['page-example'], ['wrong-charset'], ['koi8-r'], ['attached-message']])(
    'has %s attached as it came, byte by byte',
    async (name) => {
      const original = await readFixture(name);
      const { message, contents } = await read(await composeRedirect(redirect(original)));
      expect(message.attachments).toMatchObject([{ name: 'original.eml', contentType: 'message/rfc822' }]);
      const [attached] = contents.values();
      // The line end before the delimiter belongs to the delimiter (RFC 2046 §5.1.1).
      expect(
        Buffer.from(attached ?? [])
          .toString('latin1')
          .trimEnd(),
      ).toBe(original.toString('latin1').trimEnd());
    },
  );

  it('says who it is from, for whom, and that it is automatic', async () => {
    const { message } = await read(await composeRedirect(redirect(mail(['From: gsmith@aef.com']))));
    expect(message).toMatchObject({
      from: [{ address: 'support@aef.com' }],
      to: [{ address: 'desk@aef.com' }],
      subject: 'Fwd: Drucker kaputt – bitte',
      messageId: '<redirect-1@support.aef.com>',
      date: '2022-07-02T07:30:00.000Z',
    });
    expect(message.text).toContain('Its sender, gsmith@aef.com, is not known there');
    expect(message.headers).toEqual(
      expect.arrayContaining([
        ['auto-submitted', 'auto-generated'],
        ['x-auto-response-suppress', 'All'],
        ['x-tsa-loop', 'support@aef.com'],
      ]),
    );
  });

  it('is answered to the stranger', async () => {
    const { message } = await read(await composeRedirect(redirect(mail([]))));
    expect(message.headers).toContainEqual(['reply-to', 'gsmith@aef.com']);
    const unknown = await read(await composeRedirect(redirect(mail([]), { originalFrom: 'unknown' })));
    expect(unknown.message.headers.map(([name]) => name)).not.toContain('reply-to');
  });

  it('is known as our own when it comes back', async () => {
    const { message } = await read(await composeRedirect(redirect(mail(['From: gsmith@aef.com']))));
    expect(screen(message, defaultPolicy)?.reason).toBe('own_mail');
  });

  it('is the same bytes for the same input', async () => {
    const original = await readFixture('page-example');
    expect(await composeRedirect(redirect(original))).toEqual(await composeRedirect(redirect(original)));
  });

  it.each([
    ['a line over 998 octets', mail(['From: gsmith@aef.com'], 'x'.repeat(999))],
    ['NUL', mail(['From: gsmith@aef.com'], 'a\0b')],
  ])('has an original with %s as a file: no mail server would pass it on as it is', async (_, original) => {
    const raw = await composeRedirect(redirect(original));
    const { message, contents } = await read(raw);
    expect(message.attachments).toMatchObject([{ name: 'original.eml', contentType: 'application/octet-stream' }]);
    expect(Buffer.from([...contents.values()][0] ?? []).equals(original)).toBe(true);
    expect(
      Math.max(
        ...Buffer.from(raw)
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(999);
  });

  it('has no header field that its subject brings along', async () => {
    const raw = await composeRedirect(
      redirect(mail([]), { originalSubject: 'x\r\nBcc: everybody@aef.com\r\n\r\ntext' }),
    );
    const { message } = await read(raw);
    expect(message.headers.map(([name]) => name)).not.toContain('bcc');
  });

  it.each([['desk@aef.com, x@y.test'], ['"x@y.test" desk@aef.com'], ['desk@aef.com\r\nBcc: x@y.test'], ['']])(
    'is not composed for %j',
    async (to) => {
      await expect(composeRedirect(redirect(mail([]), { to }))).rejects.toThrow(TypeError);
    },
  );
});

describe('a mail of the agent’s own', () => {
  const compose = (changes: Partial<OutgoingNotification> = {}) =>
    composeNotice({
      ...{
        from: 'support@aef.com',
        fromName: 'Support',
        to: 'frank@aef.com',
        subject: 'x',
        messageId: '<n-1@aef.com>',
      },
      ...{ text: "@OPERATION@='SOLVE'\n", html: "<p>@OPERATION@='SOLVE'</p>", language: 'en' },
      ...{
        inReplyTo: null,
        references: [],
        isReply: false,
        isRepeated: false,
        ticketNumber: null,
        date: new Date('2022-07-02T07:30:00Z'),
      },
      ...changes,
    });

  it.each(['en', 'fr'] as const)('S-05: begins with a line below which nothing orders (%s)', async (language) => {
    const { message } = await read(await compose({ language }));
    expect(message.text).toMatch(/^##- .+ -##\n/);
    const answer = readInstruction(`Nej.\n\n${message.text}`, defaultReadOptions);
    expect(answer.instruction.operation).toBeNull();
  });

  it.each(['en', 'fr'] as const)('is a page for a phone, in its language, with dark colours (%s)', async (language) => {
    const raw = await compose({ language, ticketNumber: 'I261123_000001', subject: 'A <b>', html: '<p>Hello.</p>' });
    const html = (await simpleParser(Buffer.from(raw))).html;
    if (html === false) throw new Error('no HTML part');
    expect(html).toMatch(new RegExp(`^<!doctype html>\\s*<html lang="${language}">`));
    expect(html).toMatch(/<body[^>]*>\s*<div[^>]*>##-[^<]*-##/);
    expect(html).toContain('prefers-color-scheme:dark');
    expect(html).toContain('name="viewport"');
    expect(html).toContain('Support · I261123_000001');
    expect(html).toContain('<title>A &lt;b&gt;</title>');
    expect(html).not.toContain('<table');
  });

  it('has that line within the body of a whole page', async () => {
    const raw = await compose({ html: '<html><body class="x"><p>y</p></body></html>' });
    expect(Buffer.from(raw).toString()).toMatch(/<body class=3D"x"><div[^]*##-[^]*-##[^]*<p>y/);
  });
});
