import type { MailReport } from '../../domain/messages/mail-report.ts';
import { appendLog } from '../log/operation-log.ts';
import type { ReplyIds } from '../outgoing/reply-ids.ts';
import { findReportedMail, isAnybodyAsked, markBounced, markDelayed } from '../outgoing/reported-mail.ts';
import type { Tx } from '../shared/connect.ts';
import { escalateUndelivered } from './approval-timers.ts';

/** The message that holds the report. */
interface Reporting {
  readonly messageId: number;
  readonly mailboxId: number;
  readonly now: string;
}

/**
 * Marks the mail of ours that a report is about: one that came back is logged with its ticket, and an approval that it asked for asks whom
 * escalation names. It changes no state of a ticket and answers nobody. A report that names nothing of ours has no effect.
 */
export const bindReport = async (
  tx: Tx,
  replyIds: Pick<ReplyIds, 'mailOf'>,
  report: MailReport,
  { messageId, mailboxId, now }: Reporting,
): Promise<void> => {
  if (report.fate !== 'failed' && report.fate !== 'delayed') return;
  const mail = await findReportedMail(tx, replyIds, report);
  if (mail === null) return;
  const code = mail.status === null ? '' : ` (${mail.status})`;
  const { id } = mail;
  if (report.fate === 'delayed')
    return markDelayed(tx, { id, error: `The receiving server delays it${code}.`, reportMessageId: messageId });
  const error = `It came back: the receiving server did not take it${code}. Check the address of the recipient.`;
  if (!(await markBounced(tx, { id, error, reportMessageId: messageId, now }))) return;
  await appendLog(tx, {
    ...{
      at: now,
      level: 'warning',
      operation: 'outbox.bounced',
      who: 'agent',
      whoKind: 'system',
      mailboxId,
      messageId,
    },
    ...{ ticketNumber: mail.ticketNumber, result: `came back: mail ${String(id)}`, reason: `To ${mail.to}${code}.` },
  });
  if (mail.approvalRequestId !== null && mail.actionId !== null && !(await isAnybodyAsked(tx, mail)))
    await escalateUndelivered(tx, { actionId: mail.actionId, requestId: mail.approvalRequestId, now });
};
