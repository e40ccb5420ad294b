import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MailboxSecrets } from '../../../src/domain/mailboxes/mailbox.ts';
import { type ConnectionTranscript, testConnection } from '../../../src/mail/probe/test-connection.ts';
import { createTokenSource } from '../../../src/mail/microsoft/tokens.ts';
import { selfSignedCertificate, trustedCertificate } from '../../support/certificate.ts';
import type { Dovecot } from '../../support/dovecot.ts';
import { startExchange } from '../../support/exchange.ts';
import { type FakeGraph, startFakeGraph } from '../../support/fake-graph.ts';
import { type IdentityProvider, startIdentityProvider, tenant } from '../../support/identity-provider.ts';
import { mailboxOf } from '../../support/mailbox.ts';
import { mail } from '../connection/session-helpers.ts';

const password = 'pa55-w0rd-of-the-mailbox';
const clientSecret = 'cl1ent~secret-of-the-application';
const applicationId = 'aaaaaaaa-0000-4000-8000-000000000003';
const byPassword: MailboxSecrets = { password, clientSecret };
const bySecret: MailboxSecrets = { password: null, clientSecret };

let provider: IdentityProvider;
let exchange: Dovecot;
let graph: FakeGraph;
let strangersGraph: FakeGraph;
beforeAll(async () => {
  provider = await startIdentityProvider();
  provider.applications.set(applicationId, { id: applicationId, secret: clientSecret });
  exchange = await startExchange(provider.introspectionUrl);
  const holder: IdentityProvider['holder'] = (token) => provider.holder(token);
  graph = await startFakeGraph({ holder, tls: await trustedCertificate() });
  strangersGraph = await startFakeGraph({ holder, tls: await selfSignedCertificate() });
});
afterAll(async () => {
  await strangersGraph.close();
  await graph.close();
  await exchange.stop();
  await provider.close();
});

function userOf(type: 'office365' | 'graph') {
  const login = `${randomUUID()}@example.test`;
  provider.users.set(login, password);
  return mailboxOf({ type, login, applicationId, directoryId: tenant });
}

async function test(
  mailbox: ReturnType<typeof userOf>,
  secrets: MailboxSecrets,
  graphUrl = graph.url,
): Promise<ConnectionTranscript> {
  const cloud = { ...provider.cloud, graphUrl, imapHost: 'localhost', imapPort: exchange.imapsPort };
  const transcript = await testConnection(mailbox, secrets, { tokens: createTokenSource({ cloud }), ca: exchange.ca });
  const told = JSON.stringify(transcript);
  for (const secret of [password, clientSecret, ...provider.issued]) {
    expect(told).not.toContain(secret);
    expect(told).not.toContain(Buffer.from(secret).toString('base64'));
  }
  return transcript;
}

const namesOf = ({ steps }: ConnectionTranscript): string[] => steps.map(({ name }) => name);
const detailOf = ({ steps }: ConnectionTranscript, name: string): string =>
  steps.find((step) => step.name === name)?.detail ?? '';
const failureOf = ({ steps }: ConnectionTranscript) => steps.find(({ status }) => status === 'failed');

describe('a connection test of a mailbox that sends for itself', () => {
  it('ends with the sign-in for sending by Graph, and says what it lacks', async () => {
    const mailbox = { ...userOf('graph'), sendVia: 'mailbox' as const };
    graph.deliver(mailbox.login, mail('one'));
    expect(detailOf(await test(mailbox, bySecret), 'sending')).toBe(
      `mails may leave as ${mailbox.login}; none was sent`,
    );
    expect(graph.idsIn(mailbox.login, 'drafts')).toEqual([]);
  });
});

describe('a connection test by office365', () => {
  const steps = [
    'name lookup',
    'TCP',
    'TLS',
    'greeting',
    'capabilities',
    'token',
    'login',
    'messages',
    'first message',
  ];

  it('shows every step', async () => {
    const mailbox = userOf('office365');
    await exchange.deliver(mailbox.login, mail('one'));
    const transcript = await test(mailbox, byPassword);
    expect(transcript.ok).toBe(true);
    expect(namesOf(transcript)).toEqual(steps);
    expect(detailOf(transcript, 'TLS')).toMatch(/^TLSv1\.[23], /);
    expect(detailOf(transcript, 'capabilities')).toContain('AUTH=XOAUTH2');
    expect(detailOf(transcript, 'token')).toMatch(/^localhost:\d+ gives a token to .*@example\.test$/);
    expect(detailOf(transcript, 'messages')).toBe('1 message in the inbox');
  });

  it('tells a refused sign-in at the step of the token, with the code and its remedy', async () => {
    const mailbox = userOf('office365');
    provider.refusals.set(mailbox.login, ['invalid_grant', 50076]);
    const transcript = await test(mailbox, byPassword);
    expect(failureOf(transcript)).toMatchObject({ name: 'token' });
    expect(failureOf(transcript)?.detail).toContain('AADSTS50076');
    expect(failureOf(transcript)?.remedy).toContain('Conditional Access');
  });

  it('tells a refused token at the step of the login', async () => {
    const transcript = await test({ ...userOf('office365'), address: 'shared@example.test' }, byPassword);
    expect(failureOf(transcript)).toMatchObject({ name: 'login' });
    expect(failureOf(transcript)?.remedy).toContain('IMAP.AccessAsUser.All');
  });
});

describe('a connection test by graph', () => {
  const steps = ['name lookup', 'TCP', 'TLS', 'token', 'messages', 'first message'];

  it.for([
    { what: 'a password', secrets: byPassword, whom: /gives a token to .*@example\.test$/ },
    { what: 'the client secret alone', secrets: bySecret, whom: /gives a token to the application aaaaaaaa-/ },
  ])('shows every step, with $what', async ({ secrets, whom }) => {
    const mailbox = userOf('graph');
    graph.deliver(mailbox.login, mail('one'));
    graph.deliver(mailbox.login, mail('two'));
    const transcript = await test(mailbox, secrets);
    expect(transcript.ok).toBe(true);
    expect(namesOf(transcript)).toEqual(steps);
    expect(detailOf(transcript, 'name lookup')).toContain('127.0.0.1');
    expect(detailOf(transcript, 'TLS')).toContain('certificate of localhost');
    expect(detailOf(transcript, 'token')).toMatch(whom);
    expect(detailOf(transcript, 'messages')).toBe('2 messages in the inbox');
  });

  it.for([
    {
      what: 'an expired client secret',
      step: 'token',
      detail: 'AADSTS7000222',
      remedy: 'Certificates & secrets',
      arrange: (login: string) => provider.refusals.set(login, ['invalid_client', 7000222]),
    },
    { what: 'a mailbox that is not there', step: 'messages', detail: 'ErrorInvalidUser', remedy: 'Login and Address' },
    {
      what: 'a pause that Graph asks for',
      step: 'messages',
      detail: 'HTTP 429',
      remedy: 'tried again by itself',
      arrange: (login: string) => {
        const does = { kind: 'refuse', status: 429, code: 'ApplicationThrottled', retryAfter: '3600' } as const;
        graph.deliver(login, mail('one'));
        graph.fail({ does });
      },
    },
  ])('tells $what at the step of the $step, with its remedy', async ({ step, detail, remedy, arrange }) => {
    const mailbox = userOf('graph');
    arrange?.(mailbox.login);
    const failure = failureOf(await test(mailbox, byPassword));
    expect(failure?.name).toBe(step);
    expect(failure?.detail).toContain(detail);
    expect(failure?.remedy).toContain(remedy);
  });

  it('names the certificate that it does not trust', async () => {
    const failure = failureOf(await test(userOf('graph'), bySecret, strangersGraph.url));
    expect(failure?.name).toBe('TLS');
    expect(failure?.detail).toMatch(/is not trusted .* the one of localhost, issued by localhost, valid until/);
    expect(failure?.remedy).toContain('NODE_EXTRA_CA_CERTS');
  });

  it.for([
    { what: 'a name that is not known', url: 'https://graph.invalid', step: 'name lookup' },
    { what: 'a port where nobody listens', url: 'https://localhost:9', step: 'TCP' },
  ])('tells $what', async ({ url, step }) => {
    const failure = failureOf(await test(userOf('graph'), bySecret, url));
    expect(failure?.name).toBe(step);
    expect(failure?.detail).toContain('cannot be reached');
  });
});
