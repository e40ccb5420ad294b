import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatTranscript, testConnection } from '../../../src/mail/probe/test-connection.ts';
import { startDovecot } from '../../support/dovecot.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { mail, mailboxOn, password } from '../connection/session-helpers.ts';
import { localMailHosts } from '../../support/mailbox.ts';

let dovecot: Dovecot;
beforeAll(async () => {
  dovecot = await startDovecot();
});
afterAll(async () => await dovecot.stop());

const orders = {
  plain: ['name lookup', 'TCP', 'TLS', 'greeting', 'capabilities', 'login', 'messages', 'first message'],
  tls: ['name lookup', 'TCP', 'TLS', 'greeting', 'capabilities', 'login', 'messages', 'first message'],
  starttls: ['name lookup', 'TCP', 'greeting', 'TLS', 'capabilities', 'login', 'messages', 'first message'],
} as const;

describe.each(['imap4', 'pop3'] as const)('a connection test by %s', (type) => {
  it.each(['plain', 'starttls', 'tls'] as const)('shows every step, %s', async (security) => {
    const mailbox = mailboxOn(dovecot, type, security);
    await dovecot.deliver(mailbox.login, mail('one'));
    const { ok, steps } = await testConnection(mailbox, password, { ca: dovecot.ca, hosts: localMailHosts });
    const detailOf = (name: string): string => steps.find((step) => step.name === name)?.detail ?? '';
    expect(ok).toBe(true);
    expect(steps.map(({ name }) => name)).toEqual(orders[security]);
    expect(steps.filter(({ status }) => status !== 'ok')).toHaveLength(security === 'plain' ? 1 : 0);
    expect(detailOf('name lookup')).toContain('127.0.0.1');
    expect(detailOf('greeting')).toContain('Dovecot');
    expect(detailOf('capabilities')).toContain(type === 'imap4' ? 'IMAP4rev1' : 'UIDL');
    expect(detailOf('messages')).toBe('1 message in the inbox');
    expect(detailOf('first message')).toMatch(/^\d+ octets read/);
    expect(await dovecot.messages(mailbox.login)).toHaveLength(1);
    expect(detailOf('TLS')).toMatch(
      security === 'plain' ? /clear text/ : /^TLSv1\.[23], .*certificate of localhost, issued by TSA test authority/,
    );
  });

  it('stops at the step that fails, with its remedy, and hides the password', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const wrong = { password: 'hunter2-hunter2', clientSecret: null };
    const transcript = await testConnection(mailbox, wrong, { ca: dovecot.ca, hosts: localMailHosts });
    expect(transcript.ok).toBe(false);
    expect(transcript.steps.map(({ status }) => status)).toEqual([
      ...['ok', 'ok', 'ok', 'ok', 'ok', 'failed', 'skipped', 'skipped'],
    ]);
    expect(transcript.steps[5]?.remedy).toContain('Password');
    expect(JSON.stringify(transcript)).not.toContain('hunter2');
  });

  it('names the certificate that it does not trust', async () => {
    const transcript = await testConnection(mailboxOn(dovecot, type, 'tls'), password, { hosts: localMailHosts });
    const failed = transcript.steps.find(({ status }) => status === 'failed');
    expect(failed?.name).toBe('TLS');
    expect(failed?.detail).toMatch(/localhost, issued by TSA test authority, valid until/);
    expect(formatTranscript(transcript)).toContain('FAILED  TLS');
  });

  it('tells a port without TLS from one with it', async () => {
    const mailbox = mailboxOn(dovecot, type, 'tls');
    const port = type === 'imap4' ? dovecot.imapPort : dovecot.pop3Port;
    const { steps } = await testConnection({ ...mailbox, port }, password, { ca: dovecot.ca, hosts: localMailHosts });
    const failed = steps.find(({ status }) => status === 'failed');
    expect(failed?.name).toBe('TLS');
    expect(failed?.detail).toContain('does not speak TLS');
  });
});
