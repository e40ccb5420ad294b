import { describe, expect, it } from 'vitest';
import type { Instruction } from '../../../src/domain/messages/instruction.ts';
import type { TicketState } from '../../../src/domain/tickets/ticket.ts';
import {
  approval,
  change,
  decided,
  decidedOn,
  explanationOf,
  grace,
  reasonOf,
  smartphone,
  warningCodes,
} from '../builders.ts';

describe('operations by state (spec §6)', () => {
  const none = {};
  const table: readonly [string, Partial<Instruction>, Record<TicketState, string>][] = [
    ['no operation, no field', none, { registered: 'filed', on_hold: 'filed', solved: 'filed', closed: 'reopened' }],
    [
      'fields alone',
      { urgency: 1 },
      { registered: 'updated', on_hold: 'updated', solved: 'updated', closed: 'operation_not_allowed' },
    ],
    [
      'UPDATE',
      { operation: 'UPDATE' },
      { registered: 'updated', on_hold: 'updated', solved: 'updated', closed: 'operation_not_allowed' },
    ],
    [
      'STOP',
      { operation: 'STOP' },
      {
        registered: 'put_on_hold',
        on_hold: 'operation_not_allowed',
        solved: 'operation_not_allowed',
        closed: 'operation_not_allowed',
      },
    ],
    [
      'RESTART',
      { operation: 'RESTART' },
      { registered: 'operation_not_allowed', on_hold: 'reopened', solved: 'reopened', closed: 'reopened' },
    ],
    [
      'SOLVE',
      { operation: 'SOLVE' },
      { registered: 'solved', on_hold: 'solved', solved: 'operation_not_allowed', closed: 'operation_not_allowed' },
    ],
    [
      'SOLVE with CHOICE, nothing waiting',
      { operation: 'SOLVE', choice: '1' },
      {
        registered: 'no_waiting_action',
        on_hold: 'no_waiting_action',
        solved: 'no_waiting_action',
        closed: 'no_waiting_action',
      },
    ],
    [
      'CREATE with RFC_NUMBER',
      { operation: 'CREATE' },
      {
        registered: 'operation_not_allowed',
        on_hold: 'operation_not_allowed',
        solved: 'operation_not_allowed',
        closed: 'operation_not_allowed',
      },
    ],
  ];
  const cells = table.flatMap(([operation, given, byState]) =>
    Object.entries(byState).map(([state, ends]) => ({ operation, given, state: state as TicketState, ends })),
  );

  it.each(cells)('$operation on a ticket that is $state: $ends', ({ given, state, ends }) => {
    expect(reasonOf(decidedOn({ state }, { instruction: given }))).toBe(ends);
  });

  it.each([
    { given: { operation: 'STOP' as const }, from: 'registered' as const, to: 'on_hold' },
    { given: { operation: 'RESTART' as const }, from: 'on_hold' as const, to: 'registered' },
    { given: { operation: 'RESTART' as const }, from: 'closed' as const, to: 'registered' },
    { given: { operation: 'SOLVE' as const }, from: 'on_hold' as const, to: 'solved' },
    { given: { urgency: 1 as const }, from: 'on_hold' as const, to: 'on_hold' },
    { given: {}, from: 'closed' as const, to: 'registered' },
  ])('$given leads from $from to $to', ({ given, from: state, to }) => {
    expect(change(decidedOn({ state }, { instruction: given })).state).toBe(to);
  });

  it.each([
    ['reopen', 'reopened'],
    ['new_linked', 'created'],
    ['reject', 'ticket_closed'],
  ] as const)('a reply to a closed ticket, by the policy %s of its category: %s', (closedReplyPolicy, ends) => {
    const plan = decidedOn({ state: 'closed', closedReplyPolicy }, {});
    expect(reasonOf(plan)).toBe(ends);
    if (plan.kind === 'create') expect(plan.relatedTo).toBe('I261101_000042');
  });

  it('says why an operation is refused and what to do', () => {
    const plan = decidedOn({ state: 'closed' }, { instruction: { operation: 'SOLVE' } });
    expect(explanationOf(plan)).toMatch(/SOLVE .* I261101_000042 is closed: RESTART it/);
  });
});

describe('a ticket that is not there (spec §6)', () => {
  it.each(['UPDATE', 'STOP', 'RESTART', 'SOLVE'] as const)(
    '%s without a ticket number is never a new ticket',
    (operation) => {
      expect(reasonOf(decided({ instruction: { operation } }))).toBe('unknown_ticket');
    },
  );

  it('a CHOICE without a ticket number is never a new ticket', () => {
    expect(reasonOf(decided({ instruction: { choice: '1' } }))).toBe('unknown_ticket');
  });

  it.each([null, 'CREATE', 'SOLVE'] as const)(
    'an unknown RFC_NUMBER with operation %s is never a new ticket',
    (operation) => {
      const plan = decided({ instruction: { rfcNumber: '100622_000027', operation } });
      expect(reasonOf(plan)).toBe('unknown_ticket');
      expect(explanationOf(plan)).toContain('100622_000027');
    },
  );
});

describe('UPDATE (spec §6)', () => {
  it('changes the fields that the mail names and nothing else', () => {
    const plan = decidedOn(
      {},
      { instruction: { title: 'Black screen', phone: '42', location: 'Lyon', comment: 'seen' } },
    );
    expect(change(plan)).toMatchObject({
      changes: { title: 'Black screen', phone: '42', location: 'Lyon' },
      action: { kind: 'update', text: 'seen', dueAt: null },
    });
    expect(Object.keys(change(plan).changes)).toHaveLength(3);
  });

  it('leaves out what is so already', () => {
    const plan = decidedOn(
      {},
      {
        instruction: {
          title: 'Screen is dark',
          urgency: 2,
          origin: 'email',
          asset: 'P1',
          customFields: { E_ROOM: '12' },
        },
        facts: { asset: { id: 70, name: 'P1' } },
      },
    );
    expect(change(plan).changes).toEqual({});
  });

  it.each([
    { given: { urgency: 1 as const }, priority: 2 },
    { given: { impact: 3 as const }, priority: 4 },
    { given: { urgency: 1 as const, impact: 1 as const }, priority: 1 },
  ])('computes the priority anew from $given', ({ given, priority }) => {
    expect(change(decidedOn({}, { instruction: given })).changes).toEqual({ ...given, priority });
  });

  it('adds custom fields to those that are there', () => {
    const plan = decidedOn({}, { instruction: { customFields: { E_ROOM: '14', E_DESK: 'B' } } });
    expect(change(plan).changes).toEqual({ customFields: { E_ROOM: '14', E_FLOOR: '3', E_DESK: 'B' } });
  });

  it('sets a known asset by id and keeps an unknown one as text, with a warning', () => {
    const known = decidedOn(
      {},
      {
        instruction: { asset: 'P2' },
        facts: { asset: { id: 71, name: 'P2' } },
      },
    );
    expect(change(known).changes).toEqual({ assetId: 71, assetText: null });
    const unknown = decidedOn({}, { instruction: { asset: 'P3', configurationItem: 'router' } });
    expect(change(unknown).changes).toEqual({
      assetId: null,
      assetText: 'P3',
      configurationItemId: null,
      configurationItemText: 'router',
    });
    expect(warningCodes(unknown)).toEqual(['unknown_asset', 'unknown_configuration_item']);
  });

  it('leaves the category alone when the named one is unknown, with a warning', () => {
    const plan = decidedOn({}, { instruction: { category: 'Toasters' } });
    expect(change(plan).changes).toEqual({});
    expect(warningCodes(plan)).toEqual(['unknown_category']);
  });

  it('sets a category of the same type of ticket, and refuses one of another', () => {
    const of = (ticketType: 'I' | 'S') =>
      decidedOn(
        {},
        {
          instruction: { category: 'Smartphone' },
          facts: { category: { ...smartphone, ticketType } },
        },
      );
    expect(change(of('I')).changes).toEqual({ categoryId: smartphone.id });
    expect(reasonOf(of('S'))).toBe('invalid_value');
  });
});

describe('what a change records', () => {
  it('STOP keeps reason, comment and the end of the hold, and changes fields on the way', () => {
    const plan = decidedOn(
      {},
      {
        instruction: {
          operation: 'STOP',
          reason: 'Waiting for parts',
          comment: 'ordered',
          restartDate: '2026-12-01T00:00:00.000Z',
          urgency: 3,
        },
      },
    );
    expect(change(plan)).toMatchObject({
      action: { kind: 'hold', text: 'Waiting for parts\n\nordered', dueAt: '2026-12-01T00:00:00.000Z' },
      changes: { urgency: 3, priority: 4 },
    });
  });

  it('SOLVE keeps solution and its date', () => {
    const plan = decidedOn(
      {},
      { instruction: { operation: 'SOLVE', solution: 'Replaced', endDate: '2026-11-22T00:00:00.000Z' } },
    );
    expect(change(plan).action).toEqual({ kind: 'solution', text: 'Replaced', dueAt: '2026-11-22T00:00:00.000Z' });
  });

  it('without a word in variables the text of the mail is the action', () => {
    expect(change(decidedOn({}, { body: ' Thank you. ' })).action).toEqual({
      kind: 'reply',
      text: 'Thank you.',
      dueAt: null,
    });
  });

  it('warns of variables that the operation has no use for', () => {
    const plan = decidedOn(
      {},
      { instruction: { date: '2026-11-22T00:00:00.000Z', requestor: 'fleblanc@aef.com', solution: 'x', reason: 'y' } },
    );
    expect(plan.warnings.map(({ code, variable }) => `${code} ${variable ?? ''}`)).toEqual([
      'variable_ignored DATE',
      'variable_ignored REQUESTOR',
      'variable_ignored SOLUTION',
      'variable_ignored REASON',
    ]);
  });
});

it('SOLVE without CHOICE solves the ticket though an action waits', () => {
  expect(reasonOf(decidedOn({ approval: approval([grace]) }, { instruction: { operation: 'SOLVE' } }))).toBe('solved');
});
