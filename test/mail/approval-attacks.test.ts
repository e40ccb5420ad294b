import { describe, expect, it } from 'vitest';
import { answerTo } from '../../src/domain/handling/answer.ts';
import { isAutomatic } from '../../src/domain/handling/automatic.ts';
import { decide } from '../../src/domain/handling/decide.ts';
import type { Employee } from '../../src/domain/handling/facts.ts';
import { factsQueryFor, soleSender } from '../../src/domain/handling/facts-query.ts';
import type { Plan } from '../../src/domain/handling/plan.ts';
import { defaultPolicy } from '../../src/domain/handling/policy.ts';
import { defaultReadOptions, readInstruction } from '../../src/instructions/read-instruction.ts';
import { screen } from '../../src/domain/handling/screen.ts';
import { approval, factsOf, frank, grace, number, ticket } from '../domain/builders.ts';
import { mail, read, readMessageFixture } from '../support/mime.ts';

const policy = { ...defaultPolicy, mailboxAddress: 'support@aef.com', createUnknownRequestors: false };
const known: readonly Employee[] = [frank, grace];
const order = (choice: string): string => `@OPERATION@='SOLVE' @RFC_NUMBER@='${number}' @CHOICE@='${choice}'`;

/** What the agent makes of a mail while Grace's approval of Frank's ticket waits, with every sender proved. */
const planFor = async (raw: Uint8Array): Promise<Plan> => {
  const { message } = await read(raw);
  const reading = readInstruction(message.text, defaultReadOptions);
  const lookups = factsQueryFor(message, reading);
  const sender = known.find(({ addresses }) => lookups.sender !== null && addresses.includes(lookups.sender)) ?? null;
  const facts = factsOf({
    sender,
    senderAuthentication: 'pass',
    ticket: lookups.ticket === null ? null : { ...ticket({ approval: approval([grace]) }), by: lookups.ticket.by },
  });
  return decide(message, reading, facts, policy);
};
const end = (plan: Plan): string => {
  return plan.kind === 'choice' ? plan.effect : plan.kind === 'refuse' ? plan.reason : plan.disposition;
};

describe('A01: an automatic reply that quotes the approval mail', () => {
  it.each([
    ['marked', ['Auto-Submitted: auto-replied'], 'auto_reply'],
    ['by its null return path', ['Return-Path: <>'], 'null_return_path'],
    ['by a responder’s own field', ['X-Autoreply: yes'], 'auto_reply'],
  ])('is no vote: %s', async (_name, headers, expected) => {
    const raw = mail(['From: gsmith@aef.com', 'Subject: Automatic reply', ...headers], `I am away.\n\n${order('1')}`);
    expect(end(await planFor(raw))).toBe(expected);
  });

  it.each([
    'approval-quoted-by-outlook',
    'approval-quoted-by-outlook-web',
    'approval-quoted-by-gmail',
    'approval-quoted-in-html',
  ])('has no choice in the links that it quotes, even without a mark: %s', async (name) => {
    const { text } = await readMessageFixture(name);
    expect(readInstruction(text, defaultReadOptions).instruction.choice).toBeNull();
  });
});

describe('A02: a reply that holds more than one choice', () => {
  it('counts by its visible text alone', async () => {
    const { text } = await readMessageFixture('hidden-text');
    expect(readInstruction(text, defaultReadOptions).instruction.choice).toBe('1');
  });

  it('counts by what stands above the quoted mail', async () => {
    const body = `${order('0')}\n\n-----Original Message-----\nFrom: Support\n${order('1')}\n> ${order('1')}`;
    expect(end(await planFor(mail(['From: gsmith@aef.com'], body)))).toBe('refused');
  });

  it('is refused with words where two choices contradict each other', async () => {
    const plan = await planFor(mail(['From: gsmith@aef.com'], `${order('1')}\n${order('0')}`));
    expect(end(plan)).toBe('conflicting_variable');
    expect('explanation' in plan ? plan.explanation : '').toContain('CHOICE');
  });
});

describe('A06: fields that name an approver or a victim', () => {
  it.each(['Reply-To', 'Sender', 'Return-Path', 'Cc', 'Resent-From', 'X-Original-From'])(
    '%s gives nobody a vote',
    async (field) => {
      const headers = ['From: fleblanc@aef.com', `${field}: <gsmith@aef.com>`];
      const raw = mail(headers, order('1'));
      expect(soleSender((await read(raw)).message)?.address).toBe('fleblanc@aef.com');
      expect(end(await planFor(raw))).toBe('not_authorised');
    },
  );
});

describe('A09: mails that go round in circles', () => {
  it('of another installation are read, and never answered', async () => {
    const { message } = await read(
      mail(['From: fleblanc@aef.com', 'Auto-Submitted: auto-generated', 'List-Id: <x.y>'], 'x'),
    );
    expect(isAutomatic(message)).toBe(true);
    expect(screen(message, policy)).toBeNull();
  });

  it('of the agent’s own are rejected', async () => {
    const raw = mail(['From: fleblanc@aef.com', 'X-TSA-Loop: support@aef.com'], order('1'));
    expect(end(await planFor(raw))).toBe('own_mail');
  });

  it('of a responder without any marks end as a loop, and are not answered then', async () => {
    const { message } = await read(mail(['From: fleblanc@aef.com', 'Subject: Re: [x]'], 'Thank you for your mail.'));
    const reading = readInstruction(message.text, defaultReadOptions);
    const facts = factsOf({ sender: frank, recentFromSender: defaultPolicy.loopLimit });
    const plan = decide(message, reading, facts, policy);
    expect(end(plan)).toBe('mail_loop');
    expect(answerTo(message, reading, { plan, facts, policy })).toBeNull();
  });
});
