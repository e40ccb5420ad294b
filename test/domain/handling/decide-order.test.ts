import { describe, expect, it } from 'vitest';
import {
  number,
  decided,
  errorAt,
  explanationOf,
  from,
  grace,
  message,
  reasonOf,
  ticket,
  type Given,
} from '../builders.ts';

const foreignTicket = { ...ticket({ requestorId: grace.id }), by: 'rfc_number' } as const;

/** Each fault alone; the message of a later row of the test has all the faults from its own row on. */
const faults: readonly { readonly rule: string; readonly ends: string; readonly given: Given }[] = [
  { rule: 'the same message was handled before', ends: 'same_message', given: { facts: { duplicateOf: 7 } } },
  {
    rule: 'it has several From addresses',
    ends: 'several_senders',
    given: { message: message({ from: [...from('fleblanc@aef.com').from, ...from('evil@evil.test').from] }) },
  },
  { rule: 'its sender has sent more than the limit', ends: 'mail_loop', given: { facts: { recentFromSender: 20 } } },
  { rule: 'its sender is unknown and may not be created', ends: 'unknown_sender', given: { facts: { sender: null } } },
  { rule: 'its instruction has an error', ends: 'malformed_instruction', given: { errors: [errorAt(1)] } },
  {
    rule: 'it names another requestor',
    ends: 'sender_mismatch',
    given: { instruction: { requestor: 'gsmith@aef.com' } },
  },
  {
    rule: 'its sender may not act on the ticket',
    ends: 'not_authorised',
    given: { instruction: { rfcNumber: number }, facts: { ticket: foreignTicket } },
  },
  {
    rule: "the operation does not fit the ticket's state",
    ends: 'operation_not_allowed',
    given: {
      instruction: { rfcNumber: number, operation: 'STOP' },
      facts: { ticket: { ...ticket({ state: 'closed' }), by: 'rfc_number' } },
    },
  },
];

const together = (givens: readonly Given[]): Given =>
  givens.reduceRight<Given>(
    (all, given) => ({
      ...all,
      ...given,
      instruction: { ...all.instruction, ...given.instruction },
      facts: { ...all.facts, ...given.facts },
    }),
    {},
  );

describe('the order of judgement', () => {
  it.each(faults)('ends a mail as $ends when $rule', ({ given, ends }) => {
    expect(reasonOf(decided(given))).toBe(ends);
  });

  it.each(faults.map((fault, index) => ({ ...fault, index })))(
    'puts “$rule” before all that follows it',
    ({ index, ends }) => {
      expect(reasonOf(decided(together(faults.slice(index).map(({ given }) => given))))).toBe(ends);
    },
  );
});

describe('dispositions of spec §4', () => {
  it('names the ledger row of the first copy of a duplicate', () => {
    expect(explanationOf(decided({ facts: { duplicateOf: 4711 } }))).toContain('4711');
  });

  it('quarantines a mail without a plain From address', () => {
    expect(reasonOf(decided({ message: message({ from: [] }) }))).toBe('no_sender');
    expect(reasonOf(decided({ message: from('nobody') }))).toBe('no_sender');
    expect(reasonOf(decided({ message: from('<evil@x:boss@aef.com>') }))).toBe('no_sender');
  });

  it.each([
    { recent: 19, loopLimit: 20, ends: 'created' },
    { recent: 20, loopLimit: 20, ends: 'mail_loop' },
    { recent: 0, loopLimit: 1, ends: 'created' },
    { recent: 1, loopLimit: 1, ends: 'mail_loop' },
    { recent: 5000, loopLimit: 0, ends: 'created' },
  ])(
    'lets $loopLimit mails in ten minutes pass: with $recent before it, one is $ends',
    ({ recent, loopLimit, ends }) => {
      expect(reasonOf(decided({ facts: { recentFromSender: recent }, policy: { loopLimit } }))).toBe(ends);
    },
  );

  it('explains every error of an instruction with its place, and ends for the reason of the first', () => {
    const plan = decided({
      errors: [
        errorAt(2, { reason: 'conflicting_variable', message: 'URGENCY has two values.' }),
        errorAt(9),
        errorAt(0, { line: null, column: null, message: 'The text is too long.' }),
      ],
    });
    expect(plan).toMatchObject({ disposition: 'quarantined', reason: 'conflicting_variable' });
    expect(explanationOf(plan).split('\n')).toEqual([
      'Line 2, column 8: URGENCY has two values.',
      'Line 9, column 8: The value stands in ‘ ’: write apostrophes.',
      'The text is too long.',
    ]);
  });

  it('carries the warnings of the reading into every plan', () => {
    const warning = { code: 'unknown_variable', message: '', line: 1, column: 1, variable: 'FOO' };
    for (const { given } of [...faults, { given: {} }])
      expect(decided({ ...given, warnings: [warning] }).warnings).toContainEqual(warning);
  });
});
