import { describe, expect, it } from 'vitest';
import { factsQueryFor, soleSender } from '../../src/domain/handling/facts-query.ts';
import { judge } from '../../src/domain/handling/judge.ts';
import { defaultPolicy } from '../../src/domain/handling/policy.ts';
import type { Facts, TicketFacts } from '../../src/domain/handling/facts.ts';
import { defaultReadOptions } from '../../src/instructions/read-instruction.ts';
import { authenticateSender } from '../../src/mail/authentication/sender-authentication.ts';
import { understand } from '../../src/mail/mime/understand.ts';
import { approval, factsOf, ticket, frank, type Given } from '../domain/builders.ts';
import { readFixture } from '../support/fixtures.ts';
import { read } from '../support/mime.ts';

const amira = { id: 40, name: 'Amira Haddad', addresses: ['ahaddad@aef.com'], supportGroups: [] } as const;
const known = [frank, amira];

interface Outcome {
  readonly disposition: string;
  readonly reason: string | null;
  readonly effect: string | null;
  readonly answer: string | null;
}

/** What becomes of a mail in a mailbox that believes mx.aef.com; the ticket that it names is Frank's, and waits for Amira where it says so. */
const outcomeOf = async (
  name: string,
  { of = {}, facts = {}, policy = {} }: { of?: Partial<TicketFacts>; facts?: Partial<Facts>; policy?: Given['policy'] },
): Promise<Outcome> => {
  const raw = await readFixture(`security/${name}`);
  const understanding = understand(await read(raw), defaultReadOptions);
  if (!understanding.ok) throw new Error(understanding.explanation);
  const { message, instruction } = understanding;
  const sender = soleSender(message)?.address ?? null;
  const senderAuthentication = await authenticateSender({
    ...{ mode: 'authentication-results', servers: ['mx.aef.com'], from: sender, headers: message.headers, raw },
  });
  const wanted = factsQueryFor(message, instruction);
  const number = wanted.ticket?.number ?? null;
  const { plan, answer } = judge(
    {
      ok: true,
      message,
      instruction,
      facts: factsOf({
        sender: known.find(({ addresses }) => addresses.some((address) => address === sender)) ?? null,
        senderAuthentication,
        ticket: number === null ? null : { ...ticket({ number, ...of }), by: wanted.ticket?.by ?? 'rfc_number' },
        ...facts,
      }),
    },
    { ...defaultPolicy, mailboxAddress: 'support@aef.com', ...policy },
  );
  return {
    disposition: plan.disposition,
    reason: plan.kind === 'refuse' ? plan.reason : null,
    effect: plan.kind === 'choice' ? plan.effect : null,
    answer: answer?.kind ?? null,
  };
};

const waiting: Partial<TicketFacts> = { approval: approval([amira]) };
const token = { actionId: 5, requestId: 1, used: false };

describe('the mails of an attacker come to nothing', () => {
  it.each<[string, Parameters<typeof outcomeOf>[1], Partial<Outcome>]>([
    // S-01, S-03: nothing proves the sender, so what changes a state waits for a word of the person on record.
    ['sec-02-solve', { of: waiting }, { reason: 'sender_unproven', answer: 'operation_confirmation' }],
    ['sec-03-restart', { of: { state: 'solved' } }, { reason: 'sender_unproven' }],
    ['sec-06-self-approval-by-delegation', { of: waiting, facts: { token } }, { reason: 'not_authorised' }],
    // S-04: the topmost field of a server that is believed decides, readable or not.
    ['sec-10-ar-unreadable-topmost', { of: waiting }, { effect: 'unconfirmed' }],
    // S-05: what is quoted, or hidden, is no vote, whatever its language.
    ['sec-12-title-injection-reply', { of: waiting }, { disposition: 'filed', effect: null }],
    ['sec-14-hidden-html-reply', { of: waiting }, { effect: null }],
    // S-06: a token is worth nothing against a proof of the contrary, or once it was seen elsewhere.
    [
      'sec-11-token-with-dmarc-fail',
      {
        of: { ...waiting, approval: approval([amira], { actionId: 30 }) },
        facts: { token: { ...token, actionId: 30 } },
      },
      { effect: 'unconfirmed', answer: null },
    ],
    ['sec-13-token-from-raw', { of: waiting, facts: { token: { ...token, used: true } } }, { reason: 'token_refused' }],
    // S-02: what is proved false does nothing, and nobody is told.
    ['sec-40-forged-create-dmarc-fail', {}, { reason: 'sender_not_authentic', answer: null }],
    ['sec-41-forged-solve-dmarc-fail', {}, { reason: 'sender_not_authentic', answer: null }],
    ['sec-42-forged-restart-dmarc-fail', { of: { state: 'solved' } }, { reason: 'sender_not_authentic', answer: null }],
    [
      'sec-50-forged-trusted-sender',
      { policy: { trustedSenders: ['monitoring.aef.com'] } },
      { reason: 'sender_not_authentic', answer: null },
    ],
  ])('S-01, S-02, S-03, S-04, S-05, S-06, S-10: %s', async (name, given, expected) => {
    const outcome = await outcomeOf(name, given);
    expect(outcome).toMatchObject(expected);
    expect(outcome.disposition).not.toMatch(/^(?:solved|reopened|put_on_hold)$/u);
    expect(['accepted', 'refused']).not.toContain(outcome.effect);
  });

  it.each(['sec-01-create', 'sec-04-cat-create', 'sec-30-injection'])(
    '%s is a ticket of its sender, as any',
    async (name) => {
      expect(await outcomeOf(name, {})).toMatchObject({ disposition: 'created' });
    },
  );
});

describe('reliability: bounces and absences', () => {
  it.each<[string, Partial<Outcome>]>([
    ['rel-r02-bounce-mailer-daemon', { reason: 'report' }],
    ['rel-r03-bounce-x-failed-recipients', { reason: 'report' }],
    ['rel-r04-bounce-empty-from', { reason: 'report' }],
    ['rel-r05-bounce-mixed-with-original', { reason: 'report' }],
    ['rel-r06-display-name-with-comma-encoded-word', { disposition: 'created' }],
    ['rel-r07-raw-octet-in-encoded-word', { disposition: 'created' }],
    ['rel-r08-from-with-address-as-comment', { disposition: 'created' }],
    // It asks for no answer, and gets none.
    ['rel-r09-auto-reply-by-subject-only', { disposition: 'created', answer: null }],
    ['rel-r10-vacation-apple', { reason: 'auto_reply', answer: null }],
  ])('%s', async (name, expected) => {
    expect(await outcomeOf(name, {})).toMatchObject(expected);
  });
});
