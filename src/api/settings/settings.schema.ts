import { z } from '@hono/zod-openapi';
import { settingsSchema } from '../../db/settings/settings.ts';

const bounds = settingsSchema.shape;

/** The bounds are the database's own; without their defaults, for what is left out is kept. */
const fields = {
  supportReturnEmailAddress: bounds.supportReturnEmailAddress
    .unwrap()
    .describe(
      '{TSA} Support return email address: the address of one of the mailboxes. Until it is set, the address of the first one. Set it to null to store no documents.',
    ),
  rawRetentionDays: bounds.rawRetentionDays.unwrap().describe('Days for which original messages are kept.'),
  logRetentionDays: bounds.logRetentionDays.unwrap().describe('Days for which the operation log is kept.'),
  loopLimit: bounds.loopLimit.unwrap().describe('Loop limit: messages per sender in 10 minutes. 0 disables it.'),
  stormLimit: bounds.stormLimit
    .unwrap()
    .describe(
      'Storm limit: messages per Trusted Sender in 10 minutes. TSA counts further alarms on one event. 0 disables it.',
    ),
  strangersPerHour: bounds.strangersPerHour
    .unwrap()
    .describe(
      'Maximum unknown senders created or redirected per hour, over all mailboxes. Further ones are quarantined. 0 disables the limit.',
    ),
  rejectNullReturnPath: bounds.rejectNullReturnPath.unwrap().describe('Rejects messages with `Return-Path: <>`.'),
  rejectAutoResponders: bounds.rejectAutoResponders
    .unwrap()
    .describe('Rejects automatic replies by the header fields that mark them, such as `X-Autoreply`.'),
  closeSolvedAfterHours: bounds.closeSolvedAfterHours
    .unwrap()
    .describe('Hours after which a solved ticket is closed; a fraction is allowed.'),
  language: bounds.language.unwrap().describe('Language of emails to people without a language setting.'),
  unprovenOperation: bounds.unprovenOperation
    .unwrap()
    .describe(
      'What TSA does with an operation that changes a state, or with the rights of a Trusted Sender, if the sender is unproven. `confirm` asks the sender by email and quarantines the message until then.',
    ),
  approvalWithoutToken: bounds.approvalWithoutToken
    .unwrap()
    .describe('What TSA does with a choice without a token from an unproven sender.'),
  acknowledgeTickets: bounds.acknowledgeTickets.unwrap().describe('Confirms new tickets to known senders by email.'),
  answerErrors: bounds.answerErrors.unwrap().describe('Replies to known senders whose instruction has errors.'),
  answersPerHour: bounds.answersPerHour
    .unwrap()
    .describe('Maximum replies to one address per hour, and as many requests to confirm a mail. 0 sends none.'),
  batchMaxMessages: bounds.batchMaxMessages.unwrap().describe('Maximum messages that one read fetches.'),
  batchMaxBytes: bounds.batchMaxBytes.unwrap().describe('Maximum bytes that one read fetches.'),
};

export const SettingsSchema = z.strictObject(fields).openapi('Settings');
export type SettingsView = z.output<typeof SettingsSchema>;

export const SettingsChangeSchema = z.strictObject(fields).partial().openapi('SettingsChange');
