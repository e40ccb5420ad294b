import { defineSearchAttributeKey } from '@temporalio/common';

/** What operators filter and sort by in the Temporal Web UI. Never an address or a secret: they are stored in clear text. */
export const searchAttributes = {
  mailbox: defineSearchAttributeKey('TsaMailbox', 'KEYWORD'),
  state: defineSearchAttributeKey('TsaState', 'KEYWORD'),
  lastError: defineSearchAttributeKey('TsaLastError', 'KEYWORD'),
  lastReadAt: defineSearchAttributeKey('TsaLastReadAt', 'DATETIME'),
  counts: defineSearchAttributeKey('TsaCounts', 'KEYWORD'),
  ticket: defineSearchAttributeKey('TsaTicket', 'KEYWORD'),
  ticketState: defineSearchAttributeKey('TsaTicketState', 'KEYWORD'),
  category: defineSearchAttributeKey('TsaCategory', 'KEYWORD'),
} as const;

/** The same, as the server wants them registered: name → type. */
export const searchAttributeTypes: Readonly<Record<string, 'Keyword' | 'Datetime'>> = {
  TsaMailbox: 'Keyword',
  TsaState: 'Keyword',
  TsaLastError: 'Keyword',
  TsaLastReadAt: 'Datetime',
  TsaCounts: 'Keyword',
  TsaTicket: 'Keyword',
  TsaTicketState: 'Keyword',
  TsaCategory: 'Keyword',
};
