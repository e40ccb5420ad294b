import fc from 'fast-check';
import { unprovenPolicies } from '../../../src/domain/handling/sender-rights.ts';
import { describe, expect, it } from 'vitest';
import {
  approvalKinds,
  approvalRequestStates,
  approvalRules,
  approvalStates,
  withoutTokenPolicies,
  type ApprovalFacts,
} from '../../../src/domain/approvals/approval.ts';
import { decide } from '../../../src/domain/handling/decide.ts';
import { dispositions, quarantineReasons, rejectionReasons } from '../../../src/domain/messages/disposition.ts';
import type { Category, Employee, Facts } from '../../../src/domain/handling/facts.ts';
import { operationNames, type Instruction, type Level } from '../../../src/domain/messages/instruction.ts';
import { factsQueryFor } from '../../../src/domain/handling/facts-query.ts';
import type { Message } from '../../../src/domain/messages/message.ts';
import type { Policy } from '../../../src/domain/handling/policy.ts';
import { senderAuthentications } from '../../../src/domain/mailboxes/sender-authentication.ts';
import { closedReplyPolicies } from '../../../src/domain/processes/service-level.ts';
import { ticketStates, ticketTypes } from '../../../src/domain/tickets/ticket.ts';
import { errorAt, frontOffice, instruction, message, number, ticketFields } from '../builders.ts';

const addresses = ['fleblanc@aef.com', 'frank@aef.com', 'gsmith@aef.com', 'new@else.test'] as const;
const address = fc.oneof(
  { arbitrary: fc.constantFrom(...addresses), weight: 9 },
  { arbitrary: fc.string(), weight: 1 },
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const text = fc.string({ unit: 'binary', maxLength: 40 });
const instant = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const level = fc.constantFrom<Level>(1, 2, 3);
const id = fc.integer({ min: 1, max: 4 });

const employee: fc.Arbitrary<Employee> = fc.record({
  id,
  name: text,
  addresses: fc.tuple(address, address),
  supportGroups: fc.array(fc.constantFrom('Front Office', 'Back Office'), { maxLength: 2 }),
});

const category: fc.Arbitrary<Category> = fc
  .record({ id, ticketType: fc.constantFrom(...ticketTypes) })
  .map((given) => ({ ...frontOffice, ...given }));

const anyInstruction: fc.Arbitrary<Instruction> = fc
  .record({
    operation: maybe(fc.constantFrom(...operationNames)),
    rfcNumber: maybe(fc.constantFrom(number, '100622_000027')),
    choice: maybe(fc.constantFrom('0', '1', '2')),
    actionId: maybe(text),
    date: maybe(instant),
    restartDate: maybe(instant),
    urgency: maybe(level),
    impact: maybe(level),
    requestor: maybe(address),
    recipient: maybe(address),
    category: maybe(text),
    asset: maybe(text),
    title: maybe(text),
    comment: maybe(text),
    solution: maybe(text),
    customFields: fc.dictionary(fc.constantFrom('E_ROOM', 'E_DESK'), text),
  })
  .map((given) => instruction(given));

const anyMessage: fc.Arbitrary<Message> = fc
  .record({
    from: fc.array(fc.record({ name: text, address }), { minLength: 0, maxLength: 2 }),
    subject: fc.oneof(text, fc.constant(`RE: [${number}] dark`)),
    date: maybe(instant),
  })
  .map((given) => message(given));

const anyApproval: fc.Arbitrary<ApprovalFacts> = fc.record({
  actionId: id,
  kind: fc.constantFrom(...approvalKinds),
  state: fc.constantFrom(...approvalStates),
  rule: fc.constantFrom(...approvalRules),
  requests: fc.array(
    fc.record({
      id,
      employeeId: id,
      state: fc.constantFrom(...approvalRequestStates),
      delegates: fc.array(id, { maxLength: 2 }),
    }),
    { maxLength: 3 },
  ),
  decision: maybe(fc.record({ by: maybe(fc.string()), at: instant })),
});

const anyFacts: fc.Arbitrary<Facts> = fc.record({
  now: instant,
  duplicateOf: fc.option(id, { nil: null, freq: 20 }),
  recentFromSender: fc.integer({ min: 0, max: 21 }),
  sender: maybe(employee),
  senderIsStranger: fc.boolean(),
  strangersThisHour: fc.integer({ min: 0, max: 31 }),
  senderAuthentication: fc.constantFrom(...senderAuthentications),
  vouched: fc.boolean(),
  token: maybe(fc.record({ actionId: id, requestId: id, used: fc.boolean() })),
  confirmation: maybe(fc.record({ messageId: id, employeeId: id, isAlive: fc.boolean() })),
  requestor: maybe(employee),
  recipient: maybe(employee),
  category: maybe(category),
  defaultCategory: category,
  releasedCategory: maybe(category),
  asset: maybe(fc.record({ id, name: text })),
  configurationItem: fc.constant(null),
  namesakes: fc.constant([]),
  parents: fc.constant([]),
  openEvent: fc.constant(null),
  storm: maybe(fc.constantFrom({ number: 'E261101_000001', state: 'registered' as const })),
  eventCategory: maybe(category),
  ticket: maybe(
    fc.record({
      number: fc.constant(number),
      by: fc.constantFrom('rfc_number', 'subject'),
      state: fc.constantFrom(...ticketStates),
      fields: fc.constant(ticketFields),
      requestorId: id,
      recipientId: maybe(id),
      supportGroup: maybe(fc.constantFrom('Front Office', 'Back Office')),
      closedReplyPolicy: fc.constantFrom(...closedReplyPolicies),
      approval: maybe(anyApproval),
    }),
  ),
});

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  mailboxAddress: fc.constant('support@aef.com'),
  createUnknownRequestors: fc.boolean(),
  redirectUnknownEmailsTo: maybe(fc.constant('desk@aef.com')),
  trustedSenders: fc.array(fc.constantFrom(...addresses, 'else.test'), { maxLength: 2 }),
  origin: maybe(text),
  storeDocuments: fc.boolean(),
  loopLimit: fc.constantFrom(0, 20),
  strangersPerHour: fc.constantFrom(0, 30),
  rejectNullReturnPath: fc.boolean(),
  rejectAutoResponders: fc.boolean(),
  acknowledgeTickets: fc.boolean(),
  answerErrors: fc.boolean(),
  stormLimit: fc.constantFrom(0, 1, 60),
  unprovenOperation: fc.constantFrom(...unprovenPolicies),
  approvalWithoutToken: fc.constantFrom(...withoutTokenPolicies),
});

const anyReading = fc
  .record({ instruction: anyInstruction, faulty: fc.boolean(), bodyWithoutInstructions: text })
  .map(({ faulty, ...reading }) => ({ ...reading, warnings: [], errors: faulty ? [errorAt(1)] : [] }));

describe('decide, for any message and any facts', () => {
  it('gives exactly one plan, of a known disposition and reason, and the same one again', () => {
    fc.assert(
      fc.property(anyMessage, anyReading, anyFacts, anyPolicy, (mail, reading, facts, policy) => {
        factsQueryFor(mail, reading);
        const plan = decide(mail, reading, facts, policy);
        expect(dispositions).toContain(plan.disposition);
        if (plan.kind === 'refuse') {
          expect([...quarantineReasons, ...rejectionReasons, 'same_message']).toContain(plan.reason);
          expect(plan.explanation).not.toBe('');
        }
        expect(decide(mail, reading, facts, policy)).toEqual(plan);
      }),
      { numRuns: 2000 },
    );
  });

  it('A13: touches a ticket only for who may act, and never makes one of a mail that orders something else', () => {
    fc.assert(
      fc.property(anyMessage, anyReading, anyFacts, anyPolicy, (mail, reading, facts, policy) => {
        const plan = decide(mail, reading, facts, policy);
        const { operation, choice } = reading.instruction;
        if (plan.kind === 'change' || plan.kind === 'choice') {
          expect(facts.ticket).not.toBeNull();
          expect(facts.sender !== null || policy.trustedSenders.length > 0).toBe(true);
          expect(reading.errors).toEqual([]);
        }
        if (plan.kind === 'create') expect([operation ?? 'CREATE', choice]).toEqual(['CREATE', null]);
        if (plan.kind === 'choice') {
          const { requests = [] } = facts.ticket?.approval ?? {};
          const mine = requests.find((request) => request.id === plan.requestId);
          expect([mine?.employeeId, ...(mine?.delegates ?? [])]).toContain(facts.sender?.id);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('creates no person unless the mailbox may', () => {
    fc.assert(
      fc.property(anyMessage, anyReading, anyFacts, anyPolicy, (mail, reading, facts, policy) => {
        const plan = decide(mail, reading, facts, { ...policy, createUnknownRequestors: false });
        if (plan.kind !== 'create') return;
        expect(plan.requestor).toHaveProperty('id');
        if (plan.recipient !== null) expect(plan.recipient).toHaveProperty('id');
      }),
      { numRuns: 2000 },
    );
  });
});
