import { z } from '@hono/zod-openapi';
import { settingsSchema } from '../../db/settings/settings.ts';

const bounds = settingsSchema.shape;

/** The bounds are the database's own; without their defaults, for what is left out is kept. */
const fields = {
  supportReturnEmailAddress: bounds.supportReturnEmailAddress
    .unwrap()
    .describe(
      '{TSA} Support return email address: the address of one of the mailboxes. Null: documents are not stored.',
    ),
  rawRetentionDays: bounds.rawRetentionDays.unwrap().describe('Days that original messages are kept.'),
  logRetentionDays: bounds.logRetentionDays.unwrap().describe('Days that the operation log is kept.'),
  loopLimit: bounds.loopLimit.unwrap().describe('Messages of one sender in ten minutes; more are a loop. 0: no limit.'),
  strangersPerHour: bounds.strangersPerHour
    .unwrap()
    .describe(
      'Unknown senders who are created or redirected in an hour, in all mailboxes; more are quarantined. 0: no limit.',
    ),
  rejectNullReturnPath: bounds.rejectNullReturnPath.unwrap().describe('Reject messages with `Return-Path: <>`.'),
  rejectAutoResponders: bounds.rejectAutoResponders
    .unwrap()
    .describe('Reject automatic answers by the fields that responders mark them with, such as `X-Autoreply`.'),
  closeSolvedAfterHours: bounds.closeSolvedAfterHours
    .unwrap()
    .describe('Hours after which a solved ticket is closed; a fraction is allowed.'),
  language: bounds.language.unwrap().describe('Of mails to people without a language of their own.'),
  unprovenOperation: bounds.unprovenOperation
    .unwrap()
    .describe(
      'What becomes of an operation that changes a state, or of a Trusted Sender’s rights, where nothing proved the sender.',
    ),
  approvalWithoutToken: bounds.approvalWithoutToken
    .unwrap()
    .describe('What a CHOICE without a token comes to, where the sender’s authentication did not pass.'),
  acknowledgeTickets: bounds.acknowledgeTickets.unwrap().describe('Acknowledge new tickets to known senders.'),
  answerErrors: bounds.answerErrors.unwrap().describe('Answer instructions with errors to known senders.'),
  answersPerHour: bounds.answersPerHour.unwrap().describe('Answers to one address in an hour. 0: none.'),
  batchMaxMessages: bounds.batchMaxMessages.unwrap().describe('Messages that one read takes from an inbox.'),
  batchMaxBytes: bounds.batchMaxBytes.unwrap().describe('Bytes that one read takes from an inbox.'),
};

export const SettingsSchema = z.strictObject(fields).openapi('Settings');
export type SettingsView = z.output<typeof SettingsSchema>;

export const SettingsChangeSchema = z.strictObject(fields).partial().openapi('SettingsChange');
