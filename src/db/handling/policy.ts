import type { Settings } from '../settings/settings.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import type { Policy } from '../../domain/handling/policy.ts';

/** What the mailbox's form and the settings say together. */
export const policyFor = (mailbox: Mailbox, settings: Settings): Policy => ({
  mailboxAddress: mailbox.address,
  createUnknownRequestors: mailbox.createUnknownRequestors,
  redirectUnknownEmailsTo: mailbox.redirectUnknownEmailsTo,
  trustedSenders: mailbox.trustedSenders,
  origin: mailbox.origin,
  storeDocuments: settings.supportReturnEmailAddress !== null,
  loopLimit: settings.loopLimit,
  stormLimit: settings.stormLimit,
  strangersPerHour: settings.strangersPerHour,
  rejectNullReturnPath: settings.rejectNullReturnPath,
  rejectAutoResponders: settings.rejectAutoResponders,
  unprovenOperation: settings.unprovenOperation,
  approvalWithoutToken: settings.approvalWithoutToken,
  acknowledgeTickets: settings.acknowledgeTickets,
  answerErrors: settings.answerErrors,
});
