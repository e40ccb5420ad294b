import type { SenderAuthentication } from '../mailboxes/sender-authentication.ts';

/** What a mail asks for, as far as it matters who asks. */
export const requests = [
  'create',
  'file',
  'update',
  'category',
  'stop',
  'restart',
  'solve',
  'occurrence',
  'recovery',
  'choice',
  'choice_with_token',
] as const;
export type Request = (typeof requests)[number];

/**
 * As whom the sender asks. A person: for themselves or on a ticket that they have to do with. A Trusted Sender: for others, or on any
 * ticket. A program is whoever's mail was written by one (`isProgram`).
 */
export const standings = ['person', 'trusted', 'program', 'trusted_program'] as const;
export type Standing = (typeof standings)[number];

/**
 * `to_confirm`: not before the sender is asked, at the address on record, or an administrator has looked; a setting may say otherwise.
 * `filed`: kept with the ticket, and nothing is changed.
 */
export const rights = ['rejected', 'filed', 'to_confirm', 'allowed'] as const;
export type Right = (typeof rights)[number];

type ByAuthentication = Readonly<Record<SenderAuthentication, Right>>;

const row = (pass: Right, none: Right, fail: Right, off: Right): ByAuthentication => ({ pass, none, fail, off });

/** What anybody may do whose From line is not proved false. */
const open = row('allowed', 'allowed', 'rejected', 'allowed');
/** What wants a proof where the mailbox asks for one. */
const proved = row('allowed', 'to_confirm', 'rejected', 'allowed');
const filed = row('filed', 'filed', 'rejected', 'filed');
const never = row('rejected', 'rejected', 'rejected', 'rejected');

/**
 * What `to_confirm` comes to for an operation, as a setting says: the sender is asked by mail, and the message waits in quarantine until
 * they confirm it or an administrator releases it; the latter alone; or it is done.
 */
export const unprovenPolicies = ['confirm', 'quarantine', 'accept'] as const;
export type UnprovenPolicy = (typeof unprovenPolicies)[number];

/** Spec §7: who may do what, by what the mail's authentication came to. The one place that says so. */
export const senderRights: Readonly<Record<Standing, Readonly<Record<Request, ByAuthentication>>>> = {
  person: {
    create: open,
    file: open,
    update: open,
    category: proved,
    stop: proved,
    restart: proved,
    solve: proved,
    occurrence: open,
    recovery: proved,
    choice: row('allowed', 'to_confirm', 'rejected', 'to_confirm'),
    // A token is a proof of its own, but not against a proof of the contrary.
    choice_with_token: row('allowed', 'allowed', 'to_confirm', 'allowed'),
  },
  trusted: {
    create: proved,
    file: proved,
    update: proved,
    category: proved,
    stop: proved,
    restart: proved,
    solve: proved,
    occurrence: proved,
    recovery: proved,
    choice: never,
    choice_with_token: never,
  },
  program: {
    create: open,
    file: filed,
    update: filed,
    category: filed,
    stop: filed,
    restart: filed,
    solve: filed,
    occurrence: open,
    recovery: proved,
    choice: filed,
    choice_with_token: filed,
  },
  trusted_program: {
    create: proved,
    file: proved,
    update: proved,
    category: proved,
    stop: proved,
    restart: filed,
    solve: proved,
    occurrence: proved,
    recovery: proved,
    choice: filed,
    choice_with_token: filed,
  },
};

/** The most that one of the sender's standings allows; `rejected` for a sender without any. */
export const rightOf = (request: Request, standing: readonly Standing[], authentication: SenderAuthentication): Right =>
  standing
    .map((one) => senderRights[one][request][authentication])
    .reduce<Right>((most, right) => (rights.indexOf(right) > rights.indexOf(most) ? right : most), 'rejected');

/** The table in words, for the documentation and the page; between grave accents what is written so. */
export const standingWords: Readonly<Record<Standing, string>> = {
  person: 'A person, for themselves or on a ticket that they have to do with',
  trusted: 'A Trusted Sender, for somebody else or on any ticket',
  program: 'A mail that a program wrote',
  trusted_program: 'A mail that a program wrote, from a Trusted Sender',
};
export const requestWords: Readonly<Record<Request, string>> = {
  create: 'new ticket',
  file: 'reply or documents for a ticket',
  update: 'change of fields',
  category: 'another category',
  stop: '`STOP`',
  restart: '`RESTART`, or a reply that reopens a closed ticket',
  solve: '`SOLVE`',
  occurrence: 'another occurrence of an open event',
  recovery: 'end of an open event',
  choice: 'choice without a token',
  choice_with_token: 'choice with a token',
};
export const rightWords: Readonly<Record<Right, string>> = {
  allowed: 'done',
  to_confirm: 'to confirm',
  filed: 'filed only',
  rejected: 'rejected',
};
