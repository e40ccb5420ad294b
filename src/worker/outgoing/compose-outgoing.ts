import { mintToken } from '../../db/approvals/approval-tokens.ts';
import type { Db } from '../../db/shared/connect.ts';
import { nameMail, type OutgoingMail } from '../../db/outgoing/outbox.ts';
import {
  findTemplate,
  type OutgoingFacts,
  readOutgoingFacts,
  readReturnAddress,
} from '../../db/outgoing/outgoing-mail.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import type { ReplyIds } from '../../db/outgoing/reply-ids.ts';
import { domainOf } from '../../domain/messages/address.ts';
import { inLanguage, silenceWords } from '../../domain/outgoing/mail-words.ts';
import { isTemplateTag, type TemplateTag } from '../../domain/outgoing/template-tags.ts';
import { renderTemplate, type TagValues } from '../../domain/outgoing/template.ts';
import { mintConfirmation } from '../../db/messages/confirmations.ts';
import { choiceLinks, confirmationLink } from '../../mail/outgoing/choice-links.ts';
import { composeNotice } from '../../mail/outgoing/compose-notification.ts';
import { composeRedirect } from '../../mail/outgoing/compose.ts';
import { SendError } from '../../mail/outgoing/send.ts';

export interface Composed {
  readonly raw: Uint8Array;
  readonly subject: string;
  /** The address that it comes from. */
  readonly from: string;
  readonly messageId: string;
}

export interface ComposeDeps {
  readonly db: Db;
  readonly replyIds: ReplyIds;
  /** IANA name: of the dates in mails. */
  readonly timeZone: string;
}

/** The mail as it goes out now: made of its template, with links that carry a token of their own. Throws SendError. */
export async function composeOutgoing(deps: ComposeDeps, mail: OutgoingMail): Promise<Composed> {
  if (mail.kind === 'redirect') return redirect(deps, mail);
  const { db } = deps;
  const from = await readReturnAddress(db, mail);
  if (from === null)
    throw new SendError(
      'deferred',
      'There is no address to send from.',
      'Set {TSA} Support return email address in the settings.',
    );
  const facts = await readOutgoingFacts(db, mail);
  const messageId = await nameFor(deps, mail, { from, ticketNumber: facts.number });
  const template = await findTemplate(db, mail.kind, mail.language);
  const rendered = renderTemplate(template, {
    ...ticketTags(facts, mail, deps.timeZone),
    ...ownTags(mail, deps.timeZone),
    ...(await linkTags(deps, mail, facts, from)),
  });
  const references = [facts.answersMsgId, facts.threadMsgId].filter((id) => id !== null);
  const raw = await composeNotice({
    ...rendered,
    from,
    ticketNumber: facts.number,
    fromName: 'Support',
    to: mail.to,
    language: mail.language,
    messageId,
    inReplyTo: references[0] ?? null,
    references,
    isReply: facts.answersMsgId !== null,
    isRepeated: mail.handings > 0,
    date: new Date(),
  });
  return { raw, subject: rendered.subject, from, messageId };
}

/** The same with every attempt. */
async function nameFor(
  { db, replyIds }: ComposeDeps,
  mail: OutgoingMail,
  { from, ticketNumber }: { readonly from: string; readonly ticketNumber: string | null },
): Promise<string> {
  const domain = domainOf(from) || 'localhost';
  const messageId = replyIds.msgIdOf({ id: mail.id, ticketNumber, domain });
  if (mail.messageIdHeader !== messageId) await nameMail(db, mail.id, messageId);
  return messageId;
}

async function redirect(deps: ComposeDeps, mail: OutgoingMail): Promise<Composed> {
  const { db } = deps;
  const original = mail.attachedMessageId === null ? null : await readRaw(db, mail.attachedMessageId);
  if (original === null)
    throw new SendError('refused', 'The original that this mail carries is gone.', 'Nothing can be done.');
  const originalSubject = mail.tags['SUBJECT'] ?? '';
  const from = mail.from ?? 'postmaster@localhost';
  const messageId = await nameFor(deps, mail, { from, ticketNumber: null });
  const raw = await composeRedirect({
    from,
    to: mail.to,
    original,
    originalSubject,
    originalFrom: mail.originalFrom ?? 'unknown',
    messageId,
    isRepeated: mail.handings > 0,
    date: new Date(),
  });
  return { raw, subject: `Fwd: ${originalSubject}`, from, messageId };
}

const ticketTags = (facts: OutgoingFacts, { actionId, language }: OutgoingMail, timeZone: string): TagValues => ({
  RFC_NUMBER: facts.number ?? '',
  TITLE: facts.title ?? '',
  DESCRIPTION: facts.description ?? '',
  CATEGORY: facts.category ?? '',
  SUBMIT_DATE: facts.submitDate === null ? '' : dateWords(facts.submitDate, language, timeZone),
  STATE: inLanguage((facts.state ?? '').replaceAll('_', ' '), language),
  PRIORITY: String(facts.priority ?? ''),
  URGENCY: String(facts.urgency ?? ''),
  REQUESTOR: facts.requestor ?? '',
  RECIPIENT: facts.recipient ?? '',
  SUPPORT_GROUP: facts.supportGroup ?? '',
  ASSET: facts.asset ?? '',
  SOLUTION: facts.solution ?? '',
  ADDRESSEE: facts.addressee ?? '',
  CURRENT_ACTION_ID: String(actionId ?? ''),
  ACTION_ID: String(facts.previousActionId ?? ''),
  EXPIRES_AT: facts.expiresAt === null ? '' : deadlineWords(facts.expiresAt, language, timeZone),
  SILENCE: facts.onExpiry === null ? '' : silenceWords[language][facts.onExpiry],
});

/** `Tuesday, 24 November 2026 at 14:30`, in the language of the mail. */
const dateWords = (instant: string, language: string, timeZone: string): string =>
  new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone,
  }).format(new Date(instant));

/** The same, and by whose clock: for what must be done until then. */
const deadlineWords = (instant: string, language: string, timeZone: string): string => {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const zone = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' })
    .formatToParts(new Date(instant))
    .find(({ type }) => type === 'timeZoneName');
  return `${dateWords(instant, language, timeZone)} (${zone?.value ?? timeZone})`;
};

/** Tags whose stored value is an instant, ISO 8601 UTC. */
const instantTags: ReadonlySet<string> = new Set<TemplateTag>(['STARTS_AT', 'EXPIRES_AT', 'DUE_AT']);

const ownTags = ({ tags, language }: OutgoingMail, timeZone: string): TagValues => {
  const written = (name: string, value: string): string => {
    if (name === 'OUTCOME') return inLanguage(value, language);
    return instantTags.has(name) ? dateWords(value, language, timeZone) : value;
  };
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([name]) => isTemplateTag(name))
      .map(([name, value]) => [name, written(name, value)]),
  );
};

async function linkTags(
  { db, replyIds, timeZone }: ComposeDeps,
  mail: OutgoingMail,
  facts: OutgoingFacts,
  to: string,
): Promise<TagValues> {
  const { approvalRequestId, actionId, language } = mail;
  if (mail.kind === 'operation_confirmation') {
    const messageId = mail.answersMessageId ?? 0;
    const minted = await mintConfirmation(db, {
      messageId,
      to: mail.to,
      token: replyIds.tokenOf(mail),
      now: new Date().toISOString(),
    });
    if (minted === null)
      throw new SendError('refused', 'The message waits for no confirmation any more.', 'Nothing needs to be done.');
    const CONFIRM_URL = confirmationLink({ to, number: facts.number, token: minted.token, language });
    return { CONFIRM_URL, EXPIRES_AT: deadlineWords(minted.expiresAt, language, timeZone) };
  }
  if (approvalRequestId === null || actionId === null || facts.number === null) return {};
  const now = new Date().toISOString();
  const token = await mintToken(db, { requestId: approvalRequestId, to: mail.to, token: replyIds.tokenOf(mail), now });
  const links = choiceLinks({ to, number: facts.number, actionId, token, language });
  return { ACCEPT_URL: links.accept, REFUSE_URL: links.refuse, ASK_URL: links.ask };
}
