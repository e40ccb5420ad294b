import type { Message } from '@microsoft/microsoft-graph-types';
import type { Mailbox, MailboxSecrets } from '../../domain/mailboxes/mailbox.ts';
import { MailError } from '../connection/session.ts';
import { tokenSendError } from '../microsoft/token-send-error.ts';
import { SendError, type Sender, type Taken } from '../outgoing/send.ts';
import type { TokenSource } from '../microsoft/tokens.ts';
import { concernsMessage, GraphError, isGone } from './graph-error.ts';
import { asObject } from './graph-pages.ts';
import { createGraphRequests, type GraphCall } from './graph-requests.ts';

/** Of MIME: Graph takes 4 MB a request, and base64 adds a third (learn.microsoft.com/graph/outlook-large-attachments). */
const maxOctets = 3 * 1024 * 1024;

interface Draft {
  readonly id: string;
  readonly isDraft: boolean;
  readonly internetMessageId: string | null;
}

/**
 * Sends as the mailbox by Microsoft Graph: a draft is made of the MIME text, and sent. A draft has an id that stays (immutable ids), so after a
 * lost answer Graph itself is asked whether the mail went out.
 */
export const createGraphSender = (
  mailbox: Mailbox,
  secrets: MailboxSecrets,
  options: { readonly tokens: TokenSource; readonly timeoutMs?: number },
): Sender => {
  const requests = createGraphRequests({ ...options, mailbox, secrets, purpose: 'send' });
  const messageUrl = ({ id }: Pick<Draft, 'id'>): string => `/messages/${encodeURIComponent(id)}`;
  const ask = async (call: GraphCall): Promise<object> => asObject(await requests.json(call));

  const find = async (messageId: string): Promise<Draft | undefined> => {
    const filter = encodeURIComponent(`internetMessageId eq '${messageId.replaceAll("'", "''")}'`);
    const url = `/messages?$filter=${filter}&$select=${draftFields}&$top=10`;
    const { value }: { value?: Message[] } = await ask({ method: 'GET', url });
    const found = (value ?? []).map(toDraft);
    return found.find(({ isDraft }) => !isDraft) ?? found[0];
  };

  const create = async (raw: Uint8Array): Promise<Draft> => {
    try {
      return toDraft(await ask({ method: 'POST', url: '/messages', mime: raw, once: true }));
    } catch (error) {
      throw isLost(error) ? unknown(error) : error;
    }
  };

  /** Whether it went out, by Graph's own word. Throws where that cannot be had. */
  const hasLeft = async (draft: Draft): Promise<boolean> => {
    try {
      return !toDraft(await ask({ method: 'GET', url: `${messageUrl(draft)}?$select=${draftFields}` })).isDraft;
    } catch (error) {
      if (error instanceof GraphError && isGone(error)) return true;
      throw error;
    }
  };

  const submit = async (draft: Draft): Promise<void> => {
    try {
      await requests.json({ method: 'POST', url: `${messageUrl(draft)}/send`, once: true });
    } catch (error) {
      if (!isLost(error)) {
        await requests.json({ method: 'DELETE', url: messageUrl(draft) }).catch(() => undefined);
        throw error;
      }
      const left = await hasLeft(draft).catch(() => undefined);
      if (left !== true) throw unknown(error);
    }
  };

  const send = async (raw: Uint8Array, repeated: string | undefined): Promise<Draft> => {
    const known = repeated === undefined ? undefined : await find(repeated);
    if (known?.isDraft === false) return known;
    const draft = known ?? (await create(raw));
    await submit(draft);
    return draft;
  };

  return {
    async send(raw, { messageId, isRepeated }): Promise<Taken> {
      if (raw.byteLength > maxOctets) throw tooLarge(raw.byteLength);
      try {
        const { internetMessageId } = await send(raw, isRepeated === true ? messageId : undefined);
        return { serverMessageId: internetMessageId === messageId ? null : internetMessageId };
      } catch (error) {
        throw toSendError(error, mailbox.address);
      }
    },
    async verify() {
      try {
        await ask({ method: 'GET', url: '/mailFolders/drafts?$select=id' });
      } catch (error) {
        throw toSendError(error, mailbox.address);
      }
    },
    close: () => undefined,
  };
};

const draftFields = 'id,isDraft,internetMessageId';

const toDraft = ({ id, isDraft, internetMessageId }: Message): Draft => {
  if (id === undefined) throw new MailError('protocol', 'Microsoft Graph made a draft without an id.', 'Try again.');
  return { id, isDraft: isDraft !== false, internetMessageId: internetMessageId ?? null };
};

const isLost = (error: unknown): error is MailError =>
  error instanceof MailError && (error.kind === 'unreachable' || error.kind === 'interrupted');

/** Graph did not say whether it did it. */
const unknown = ({ message, remedy }: MailError): SendError =>
  new SendError('unreachable', message, remedy, { isOurs: true, isUnknown: true });

const toSendError = (error: unknown, address: string): unknown => {
  if (!(error instanceof MailError)) return error;
  if (!(error instanceof GraphError)) return tokenSendError(error);
  const { status, code } = error.refusal;
  const named = code === '' ? `HTTP ${String(status)}` : `HTTP ${String(status)}, ${code}`;
  if (/SendAsDenied|QuotaExceeded|ErrorExceededMessageLimit|ErrorSubmissionQuotaExceeded/u.test(code))
    return new SendError(
      'sender_refused',
      `Microsoft Graph takes no mail from ${address}. (${named})`,
      'Give the Login of the mailbox the right Send As for its Address, and look at the quotas of the mailbox. The mails are kept and tried again by themselves.',
    );
  if (error.kind === 'credentials_refused')
    return new SendError(
      'credentials_refused',
      `The application may not send as ${address}. (${named})`,
      'Grant it Mail.Send and Mail.ReadWrite with admin consent (delegated where the mailbox has a Password, application where it has none). Where it is narrowed to some mailboxes in Exchange Online, add this one.',
    );
  if (status === 413 || concernsMessage(error))
    return new SendError(
      'refused',
      `Microsoft Graph does not take this mail. (${named})`,
      'Check the address of the recipient.',
    );
  return tokenSendError(error);
};

const tooLarge = (octets: number): SendError =>
  new SendError(
    'refused',
    `The mail has ${String(octets)} octets; Microsoft Graph takes ${String(maxOctets)}.`,
    'Send by SMTP (SMTP_URL), or choose Type Office 365 for the mailbox.',
  );
