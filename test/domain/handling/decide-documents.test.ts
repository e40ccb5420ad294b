import { describe, expect, it } from 'vitest';
import { change, creation, decided, decidedOn, document, message, warningCodes } from '../builders.ts';

const withDocument = message({ attachments: [document] });
const none = { attachments: [], reply: false };

describe('documents (spec §8)', () => {
  it('of a new ticket are its attachments: the text is the description', () => {
    expect(creation(decided({ message: withDocument })).documents).toEqual({ attachments: [document], reply: false });
  });

  it('of an existing ticket are the attachments and the reply, in every state', () => {
    for (const state of ['registered', 'on_hold', 'solved', 'closed'] as const)
      expect(change(decidedOn({ state }, { message: withDocument })).documents).toEqual({
        attachments: [document],
        reply: true,
      });
  });

  it('hold no reply where the mail has nothing but instructions', () => {
    expect(change(decidedOn({}, { body: ' \n', instruction: { urgency: 1 } })).documents).toEqual(none);
  });

  it('are not stored while the support return email address is not set, and a warning says so', () => {
    const policy = { storeDocuments: false };
    const created = decided({ message: withDocument, policy });
    expect(creation(created).documents).toEqual(none);
    expect(created.warnings).toMatchObject([{ code: 'documents_not_stored' }]);
    expect(created.warnings[0]?.message).toContain('{TSA} Support return email address');
    const filed = decidedOn({}, { policy });
    expect(change(filed).documents).toEqual(none);
    expect(warningCodes(filed)).toEqual(['documents_not_stored']);
  });

  it('that do not exist need no warning', () => {
    expect(warningCodes(decided({ policy: { storeDocuments: false } }))).toEqual([]);
  });
});
