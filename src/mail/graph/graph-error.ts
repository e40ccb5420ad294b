import { retryAfterMs } from '../connection/retry-after.ts';
import { MailError, type MailErrorDetails, type MailErrorKind } from '../connection/session.ts';

/** What Graph answered in place of what was asked for (https://learn.microsoft.com/graph/errors). */
export interface GraphRefusal {
  readonly status: number;
  /** Such as `ErrorItemNotFound`; empty where the answer was none of Graph's. */
  readonly code: string;
  readonly retryAfterMs: number | undefined;
}

export class GraphError extends MailError {
  readonly refusal: GraphRefusal;

  constructor(refusal: GraphRefusal, kind: MailErrorKind, message: string, remedy: string, details?: MailErrorDetails) {
    super(kind, message, remedy, { code: refusal.code === '' ? String(refusal.status) : refusal.code, ...details });
    this.refusal = refusal;
  }
}

export async function readRefusal(response: Response, now: number): Promise<GraphRefusal> {
  return {
    status: response.status,
    code: codeIn(await response.text().catch(() => '')),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
  };
}

function codeIn(body: string): string {
  try {
    const answer: unknown = JSON.parse(body);
    const error: unknown = Reflect.get(Object(answer), 'error');
    const code: unknown = Reflect.get(Object(error), 'code');
    // A word and nothing else: it is shown.
    return typeof code === 'string' && /^[\w.]{1,64}$/.test(code) ? code : '';
  } catch {
    return '';
  }
}

/** The one message asked for is not in the inbox. A 404 of another code speaks of the mailbox, or is a proxy's. */
export const isGone = ({ refusal: { status, code } }: GraphError): boolean =>
  status === 410 || (status === 404 && /^(error)?itemnotfound$/i.test(code));

/**
 * Graph cannot do this with this one message. The others may go on. A 405 says that nothing can be done at that address
 * (RFC 9110 §15.5.6), and an answer without a code of Graph's says nothing.
 */
export const concernsMessage = ({ refusal: { status, code } }: GraphError): boolean =>
  code !== '' &&
  !noSuchMailbox.test(code) &&
  !passing.test(code) &&
  !inboxMissing.test(code) &&
  (status === 500 || (status >= 400 && ![401, 403, 405, 429].includes(status) && status < 500));

/** Exchange moves the mailbox or has moved it: it passes by itself. */
const passing = /^(MailboxInfoStale|ErrorMailboxMoveInProgress|ErrorMailboxStoreUnavailable)$/;

const inboxMissing = /^ErrorFolderNotFound$/;

const noSuchMailbox =
  /^(ResourceNotFound|Request_ResourceNotFound|ErrorInvalidUser|ErrorNonExistentMailbox|MailboxNotEnabledForRESTAPI|MailboxNotSupportedForRESTAPI|MailboxNotHostedInExchangeOnline)$/;

/** Where a server asks for patience without naming a time. */
const defaultRetryAfterMs = 30_000;

/** `address` is the mailbox's. */
export function graphError(refusal: GraphRefusal, address: string): GraphError {
  const { status, code } = refusal;
  const named = code === '' ? `HTTP ${status}` : `HTTP ${status}, ${code}`;
  const error = (kind: MailErrorKind, message: string, remedy: string, details?: MailErrorDetails): GraphError =>
    new GraphError(refusal, kind, `${message} (${named})`, remedy, details);
  if (status === 429 || (status >= 500 && refusal.retryAfterMs !== undefined)) {
    return error(
      'throttled',
      'Microsoft Graph asks for a pause.',
      'Nothing to do: it is tried again by itself. If it lasts, raise the Read Interval, and look for another program that reads this mailbox with the same application.',
      { retryAfterMs: refusal.retryAfterMs ?? defaultRetryAfterMs },
    );
  }
  if (passing.test(code)) {
    return error(
      'unreachable',
      'Exchange Online moves the mailbox, or has just moved it.',
      'Nothing to do: it is tried again by itself.',
    );
  }
  if (status >= 500) {
    return error(
      'unreachable',
      'Microsoft Graph has a fault.',
      'Nothing to do: it is tried again by itself. See https://status.cloud.microsoft.',
    );
  }
  if (status === 401) {
    return error(
      'credentials_refused',
      'Microsoft Graph refuses the token, a new one too.',
      'In the Microsoft Entra admin center, App registrations, the application, API permissions, check Mail.ReadWrite and its admin consent: as a delegated permission where the mailbox has a Password, as an application permission where it has none.',
    );
  }
  // Without the right to a shared mailbox its folders are answered 404, not 403.
  if (status === 403 || (status === 404 && /^Error(Item|Folder)NotFound$/.test(code))) {
    return error(
      'credentials_refused',
      `The application may not use the mailbox ${address}.`,
      'Grant it Mail.ReadWrite with admin consent (delegated where the mailbox has a Password, application where it has none). Where it is narrowed to some mailboxes in Exchange Online, add this one; a change takes up to two hours. For a shared mailbox the Login needs Full Access to it, and the application Mail.ReadWrite.Shared.',
    );
  }
  if (noSuchMailbox.test(code)) {
    return error(
      'credentials_refused',
      `Exchange Online has no mailbox ${address} that can be read.`,
      'Check Login and Address in the form of the mailbox: the user name or the primary address of a mailbox in Exchange Online with a licence, not an alias, a group, or a mailbox on a server of your own.',
    );
  }
  return error(
    'protocol',
    'Microsoft Graph gave an answer that the agent does not expect.',
    'Check the Graph address, and that no proxy answers in its place.',
  );
}
