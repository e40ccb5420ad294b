import { describe, expect, it } from 'vitest';
import {
  creation,
  decided,
  decidedOn,
  document,
  frank,
  frontOffice,
  from,
  grace,
  message,
  reasonOf,
  smartphone,
  ticket,
  warningCodes,
} from '../builders.ts';

describe('creation (spec §6)', () => {
  it('takes the category that it was released with before all others, without a word about them', () => {
    const plan = decided({
      instruction: { category: 'No such' },
      facts: { sender: frank, releasedCategory: smartphone },
    });
    expect(plan).toMatchObject({ kind: 'create', category: smartphone, fields: { categoryId: smartphone.id } });
    expect(warningCodes(plan)).toEqual([]);
  });

  it("makes an incident of the page's example", () => {
    const plan = decided({
      message: message({ subject: 'Description of the problem on my smartphone', attachments: [document] }),
      instruction: {
        asset: 'P04319',
        category: 'Smartphone',
        date: '2022-07-02T00:00:00.000Z',
        urgency: 1,
        requestor: 'fleblanc@aef.com',
        recipient: 'fleblanc@aef.com',
      },
      body: 'Impossible to start the application.',
      facts: { category: smartphone, asset: { id: 70, name: 'P04319' }, requestor: frank, recipient: frank },
      policy: { origin: 'email' },
    });
    expect(plan).toEqual({
      kind: 'create',
      disposition: 'created',
      category: smartphone,
      fields: {
        categoryId: smartphone.id,
        title: 'Description of the problem on my smartphone',
        description: 'Description of the problem on my smartphone\n\nImpossible to start the application.',
        occurredAt: '2022-07-02T00:00:00.000Z',
        urgency: 1,
        impact: 2,
        severity: null,
        priority: 2,
        assetId: 70,
        assetText: null,
        configurationItemId: null,
        configurationItemText: null,
        origin: 'email',
        phone: null,
        location: null,
        department: null,
        externalReference: null,
        customFields: {},
      },
      requestor: { id: frank.id },
      recipient: { id: frank.id },
      action: { kind: 'registration', text: '', dueAt: null },
      documents: { attachments: [document], reply: false },
      relatedTo: null,
      parent: null,
      warnings: [],
    });
  });

  it('takes every field that the mail names', () => {
    const named = {
      severity: 3,
      phone: '42',
      location: 'Lyon',
      department: 'IT',
      externalReference: 'X-1',
      origin: 'phone',
      customFields: { E_ROOM: '14' },
    } as const;
    const plan = decided({
      instruction: { ...named, operation: 'CREATE', comment: 'first' },
      policy: { origin: 'email' },
    });
    expect(creation(plan)).toMatchObject({ fields: named, action: { text: 'first' }, recipient: null });
  });

  it.each([
    { when: 'no category is named', instruction: {}, category: null, used: frontOffice, warnings: [] },
    {
      when: 'the named one is known',
      instruction: { category: 'Smartphone' },
      category: smartphone,
      used: smartphone,
      warnings: [],
    },
    {
      when: 'the named one is unknown',
      instruction: { category: 'Toasters' },
      category: null,
      used: frontOffice,
      warnings: ['unknown_category'],
    },
  ])('uses $used.name when $when', ({ instruction, category, used, warnings }) => {
    const plan = decided({ instruction, facts: { category } });
    expect(creation(plan)).toMatchObject({ category: used, fields: { categoryId: used.id } });
    expect(warningCodes(plan)).toEqual(warnings);
  });

  it('keeps unknown equipment as text, with a warning', () => {
    const plan = decided({ instruction: { asset: 'P1', configurationItem: 'router' } });
    expect(creation(plan).fields).toMatchObject({
      assetId: null,
      assetText: 'P1',
      configurationItemId: null,
      configurationItemText: 'router',
    });
    expect(warningCodes(plan)).toEqual(['unknown_asset', 'unknown_configuration_item']);
  });

  it.each([
    { instruction: '2022-07-02T00:00:00.000Z', mail: '2026-11-20T08:00:00.000Z', when: '2022-07-02T00:00:00.000Z' },
    { instruction: null, mail: '2026-11-20T08:00:00.000Z', when: '2026-11-20T08:00:00.000Z' },
    { instruction: null, mail: null, when: '2026-11-23T12:00:00.000Z' },
    { instruction: null, mail: '2099-01-01T00:00:00.000Z', when: '2026-11-23T12:00:00.000Z' },
  ])('happened at $when by instruction $instruction and mail $mail', ({ instruction, mail, when }) => {
    const plan = decided({ message: message({ date: mail }), instruction: { date: instruction } });
    expect(creation(plan).fields.occurredAt).toBe(when);
  });

  it.each([
    { title: 'Named', subject: 'Topic', body: 'Body', is: 'Named' },
    { title: null, subject: ' Topic\r\n of\ttwo lines ', body: 'Body', is: 'Topic of two lines' },
    { title: null, subject: '', body: '\nFirst line\nSecond', is: 'First line' },
    { title: null, subject: '', body: '', is: '(no subject)' },
    { title: null, subject: '😀'.repeat(300), body: '', is: `${'😀'.repeat(254)}…` },
  ])('has the title $is', ({ title, subject, body, is }) => {
    expect(creation(decided({ message: message({ subject }), instruction: { title }, body })).fields.title).toBe(is);
  });

  it.each([
    { description: 'Given', subject: 'Topic', body: 'Body', is: 'Given' },
    { description: null, subject: 'Topic', body: 'Body\nmore\n', is: 'Topic\n\nBody\nmore' },
    { description: null, subject: '', body: 'Body', is: 'Body' },
    { description: null, subject: 'Topic', body: ' ', is: 'Topic' },
  ])('has the description $is', ({ description, subject, body, is }) => {
    const plan = decided({ message: message({ subject }), instruction: { description }, body });
    expect(creation(plan).fields.description).toBe(is);
  });

  it('warns of variables that belong to an existing ticket', () => {
    const plan = decided({ instruction: { solution: 'x', restartDate: '2026-12-01T00:00:00.000Z' } });
    expect(plan.warnings.map(({ variable }) => variable)).toEqual(['SOLUTION', 'RESTART_DATE']);
  });

  it('asks for the sender by default', () => {
    expect(creation(decided({ message: from('frank@aef.com') })).requestor).toEqual({ id: frank.id });
  });
});

describe('F7: a parent', () => {
  const parent = ticket({ number: 'I261101_000007' });
  const wanted = { instruction: { parentRequest: 'I261101_000007' } };

  it('is kept with the new ticket', () => {
    expect(creation(decided({ ...wanted, facts: { parents: [parent] } }))).toMatchObject({ parent: 'I261101_000007' });
  });

  it.each([
    ['does not exist', [], 'unknown_ticket'],
    ["is somebody else's", [{ ...parent, requestorId: grace.id }], 'not_authorised'],
    ['may be two of the sender', [parent, { ...parent, number: 'S261101_000007' }], 'unknown_ticket'],
  ])('that %s makes no ticket', (_what, parents, reason) => {
    expect(reasonOf(decided({ ...wanted, facts: { parents } }))).toBe(reason);
  });

  it('without its letter is the one of the sender', () => {
    const parents = [
      { ...parent, requestorId: grace.id },
      { ...parent, number: 'S261101_000007' },
    ];
    expect(creation(decided({ ...wanted, facts: { parents } })).parent).toBe('S261101_000007');
  });

  it('has no effect on a ticket that exists', () => {
    expect(warningCodes(decidedOn({}, wanted))).toContain('variable_ignored');
  });
});

describe('F7: a person by employee number', () => {
  it('is the sender', () => {
    const plan = decided({
      instruction: { requestor: 'E42', recipient: 'E42' },
      facts: { requestor: frank, recipient: frank },
    });
    expect(creation(plan)).toMatchObject({ requestor: { id: frank.id }, recipient: { id: frank.id } });
  });

  it.each([
    ['of somebody else', { recipient: grace }, {}, 'sender_mismatch'],
    ['of nobody', {}, {}, 'sender_mismatch'],
    [
      'of nobody, from a Trusted Sender',
      {},
      { trustedSenders: ['aef.com'], createUnknownRequestors: true },
      'invalid_value',
    ],
    ['of somebody else, from a Trusted Sender', { recipient: grace }, { trustedSenders: ['aef.com'] }, 'created'],
  ])('%s', (_whose, facts, policy, ends) => {
    expect(reasonOf(decided({ instruction: { recipient: 'E43' }, facts, policy }))).toBe(ends);
  });
});
