import { unknownProtocolIds } from '../../db/messages/ledger.ts';
import {
  countNotGiven,
  forgetNotGiven,
  listNotGiven,
  type NotGiven,
  quarantineNotGiven,
  recordNotGiven,
  recordSuspects,
} from '../../db/messages/not-given.ts';
import { type ReceivedMessage, storeReceived, storeReceivedStream } from '../../db/messages/raw-messages.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { isAskedOftenEnough, restUntilAskedAgain } from '../../domain/mailboxes/not-given.ts';
import { type ListedMessage, MailError, type MailSession } from '../../mail/connection/session.ts';
import { arrivalOf } from '../../mail/mime/arrival.ts';
import type { ActivityDeps } from '../shared/deps.ts';

/** How much one read takes from an inbox (spec §11), inclusive. A single message above `maxBytes` is a batch of its own. */
export interface BatchLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

export interface ReceivedBatch {
  /** The octets just stored, by ledger id; not those of oversized messages. */
  readonly raw: ReadonlyMap<number, Uint8Array>;
  /** The inbox holds more than this batch, and this batch came further. */
  readonly more: boolean;
  /** What ended the reading before its time; what had come until then is stored. */
  readonly mailError: MailError | undefined;
}

type Reader = Pick<Mailbox, 'id' | 'maxMessageBytes'> & { readonly account: number };
type Deps = Pick<ActivityDeps, 'db' | 'failpoint'>;

/** Protocol ids compared with the ledger at a time: an inbox may hold far more than a batch takes. */
const COMPARED_AT_ONCE = 500;

/** Octets committed at a time: one flush to disk for many small mails. */
const GROUP_BYTES = 4 * 1024 * 1024;

/**
 * Stores a bounded batch of what the inbox holds and the ledger does not know, oldest first. Nothing is understood here.
 * Idempotent by (mailbox, account, protocol id). What does not come has attempts of its own and is passed over until the next one.
 * Throws MailError.
 */
export async function receiveBatch(
  deps: Deps,
  mailbox: Reader,
  session: MailSession,
  limits: BatchLimits,
): Promise<ReceivedBatch> {
  const { db } = deps;
  const key = { mailboxId: mailbox.id, account: mailbox.account };
  const now = new Date().toISOString();
  const waiting = new Map((await listNotGiven(db, key)).map((message) => [message.protocolId, message]));
  const unknown = await firstUnknown(db, mailbox, session, waiting, now, limits.maxMessages + 1);
  const asked = unknown.slice(0, limits.maxMessages);
  const batch = withinBytes(await session.describe(asked), limits.maxBytes);
  const described = new Set(batch.messages.map(({ protocolId }) => protocolId));
  const intake = new Intake(deps, mailbox, session);

  // Ledger ids are the order of arrival: a large message is stored in its turn between the small ones, and one that lay behind a fault
  // is asked for alone, so that it is known which one does not come.
  let mailError: MailError | undefined;
  for (const run of runs(batch.messages, mailbox.maxMessageBytes, waiting)) {
    mailError = await intake.take(run);
    if (mailError !== undefined) break;
  }

  const open = mailError === undefined && !batch.cut ? asked : [...described];
  const missing = open.filter((id) => !intake.came.has(id));
  const failed = mailError === undefined ? await stillListed(session, missing) : { there: [], mailError };
  mailError ??= failed.mailError;
  const everyOneRefused = refusalOfAll(intake, failed.there);
  if (everyOneRefused !== undefined) throw everyOneRefused;
  if (mailError === undefined) {
    await forgetNotGiven(
      db,
      key,
      missing.filter((id) => waiting.has(id) && !failed.there.includes(id)),
    );
    await countAttempts(db, key, failed.there, waiting, intake);
  } else {
    // Nobody knows which one it was: if the session has lost one that was asked for alone, it is that one.
    const culprit = intake.alone;
    if (culprit !== undefined) await countAttempts(db, key, [culprit], waiting, intake, mailError);
    await recordSuspects(
      db,
      key,
      missing.filter((id) => id !== culprit),
      mailError.message,
      now,
    );
    // A message that was asked for alone has failed by itself; the others come with the next read.
    if (culprit !== undefined) mailError = undefined;
  }
  await countNotGiven(db, key);
  const further = intake.came.size > 0 || failed.there.some((id) => !waiting.has(id));
  return { raw: intake.raw, more: further && (batch.cut || asked.length < unknown.length), mailError };
}

/** One refusal of all that was asked for is the mailbox's error: we ask in a way that the server does not take. */
function refusalOfAll({ came, refusals }: Intake, there: readonly string[]): MailError | undefined {
  const [first, ...others] = there.map((id) => refusals.get(id));
  if (came.size > 0 || first?.code === undefined || others.length === 0 || first.kind !== 'protocol') return undefined;
  return others.every((error) => error?.code === first.code) ? first : undefined;
}

/** Of these, what the inbox still holds: the rest has vanished. */
async function stillListed(
  session: MailSession,
  ids: readonly string[],
): Promise<{ readonly there: readonly string[]; readonly mailError: MailError | undefined }> {
  if (ids.length === 0) return { there: [], mailError: undefined };
  try {
    const inbox = new Set(await session.list());
    return { there: ids.filter((id) => inbox.has(id)), mailError: undefined };
  } catch (error) {
    if (error instanceof MailError) return { there: [], mailError: error };
    throw error;
  }
}

async function countAttempts(
  db: ActivityDeps['db'],
  key: { readonly mailboxId: number; readonly account: number },
  ids: readonly string[],
  waiting: ReadonlyMap<string, NotGiven>,
  intake: Intake,
  mailError?: MailError,
): Promise<void> {
  const now = new Date();
  const failed = ids.map((protocolId) => {
    const attempts = (waiting.get(protocolId)?.attempts ?? 0) + 1;
    const error =
      (mailError ?? intake.refusals.get(protocolId))?.message ?? 'Nothing came in answer to the request for it.';
    const nextAttemptAt = new Date(now.getTime() + restUntilAskedAgain(attempts)).toISOString();
    return { protocolId, attempts, error, nextAttemptAt };
  });
  await recordNotGiven(
    db,
    key,
    failed.filter(({ attempts }) => !isAskedOftenEnough(attempts)),
    now.toISOString(),
  );
  for (const message of failed)
    if (isAskedOftenEnough(message.attempts)) await quarantineNotGiven(db, key, message, now.toISOString());
}

/** What came of a batch so far. */
class Intake {
  readonly raw = new Map<number, Uint8Array>();
  /** Protocol ids. */
  readonly came = new Set<string>();
  readonly refusals = new Map<string, MailError>();
  /** The one that was asked for by itself when the session broke. */
  alone: string | undefined;
  readonly #deps: Deps;
  readonly #mailbox: Reader;
  readonly #session: MailSession;

  constructor(deps: Deps, mailbox: Reader, session: MailSession) {
    this.#deps = deps;
    this.#mailbox = mailbox;
    this.#session = session;
  }

  /** Stores what comes, also what came before a fault. Returns the fault when the session is of no more use. */
  async take(run: Run): Promise<MailError | undefined> {
    const fault = run.large ? await this.#takeLarge(run.messages) : await this.#takeSmall(run.messages);
    if (fault === undefined) return undefined;
    const left = run.messages.filter(({ protocolId }) => !this.came.has(protocolId));
    const [only] = left;
    if (run.messages.length === 1 && only !== undefined) this.refusals.set(only.protocolId, fault);
    const usable =
      (
        await stillListed(
          this.#session,
          left.map(({ protocolId }) => protocolId),
        )
      ).mailError === undefined;
    if (!usable) {
      this.alone = run.messages.length === 1 && run.suspect ? only?.protocolId : undefined;
      return fault;
    }
    if (run.messages.length === 1) return undefined;
    for (const message of left) {
      const mailError = await this.take({ ...run, suspect: true, messages: [message] });
      if (mailError !== undefined) return mailError;
    }
    return undefined;
  }

  async #takeLarge(messages: readonly ListedMessage[]): Promise<MailError | undefined> {
    const { id, account } = this.#mailbox;
    for (const message of messages) {
      try {
        const now = new Date().toISOString();
        const octets = this.#session.stream(message);
        const stored = await storeReceivedStream(this.#deps.db, id, message, octets, now, account);
        if (stored !== undefined) this.came.add(message.protocolId);
      } catch (error) {
        if (error instanceof MailError) return error;
        throw error;
      }
    }
    return undefined;
  }

  async #takeSmall(messages: readonly ListedMessage[]): Promise<MailError | undefined> {
    const arrivedAt = new Map(messages.map((message) => [message.protocolId, message.arrivedAt]));
    let group: ReceivedMessage[] = [];
    let groupBytes = 0;
    let fault: MailError | undefined;
    try {
      for await (const fetched of this.#session.fetch(messages, (id, error) => this.refusals.set(id, error))) {
        const told = arrivedAt.get(fetched.protocolId) ?? null;
        group.push({ ...fetched, arrivedAt: told ?? arrivalOf(fetched.raw, new Date()) });
        groupBytes += fetched.raw.length;
        if (groupBytes < GROUP_BYTES) continue;
        await this.#store(group);
        group = [];
        groupBytes = 0;
      }
    } catch (error) {
      if (!(error instanceof MailError)) throw error;
      fault = error;
    }
    if (group.length > 0) await this.#store(group);
    return fault;
  }

  async #store(group: readonly ReceivedMessage[]): Promise<void> {
    const { db, failpoint } = this.#deps;
    const { id: mailboxId, account } = this.#mailbox;
    failpoint('raw_stored:before');
    const stored = await storeReceived(db, mailboxId, group, new Date().toISOString(), account);
    failpoint('raw_stored:after');
    const octets = new Map(group.map((message) => [message.protocolId, message.raw]));
    for (const protocolId of octets.keys()) this.came.add(protocolId);
    for (const { id, protocolId } of stored) {
      const bytes = octets.get(protocolId);
      if (bytes !== undefined) this.raw.set(id, bytes);
    }
  }
}

/**
 * Of what the inbox holds and the ledger does not, at least so many; fewer when there are no more. Oldest first, but those that were
 * asked for in vain come last, and not before their next attempt.
 */
async function firstUnknown(
  db: ActivityDeps['db'],
  mailbox: Reader,
  session: MailSession,
  waiting: ReadonlyMap<string, NotGiven>,
  now: string,
  enough: number,
): Promise<readonly string[]> {
  const unknown: string[] = [];
  const again: string[] = [];
  const listed = new Set<string>();
  let whole = true;
  for await (const piece of session.listInPieces()) {
    for (let start = 0; start < piece.length && unknown.length < enough; start += COMPARED_AT_ONCE) {
      const compared = piece.slice(start, start + COMPARED_AT_ONCE);
      for (const id of compared) listed.add(id);
      for (const id of await unknownProtocolIds(db, mailbox.id, compared, mailbox.account)) {
        const known = waiting.get(id);
        if (known === undefined || known.attempts === 0) unknown.push(id);
        else if (known.nextAttemptAt <= now) again.push(id);
      }
    }
    whole = unknown.length < enough;
    if (!whole) break;
  }
  if (whole) {
    const vanished = [...waiting.keys()].filter((id) => !listed.has(id));
    await forgetNotGiven(db, { mailboxId: mailbox.id, account: mailbox.account }, vanished);
  }
  return [...unknown, ...again];
}

function withinBytes(
  messages: readonly ListedMessage[],
  maxBytes: number,
): { readonly messages: readonly ListedMessage[]; readonly cut: boolean } {
  let bytes = 0;
  const end = messages.findIndex(({ size }, index) => {
    bytes += size;
    return index > 0 && bytes > maxBytes;
  });
  return end === -1 ? { messages, cut: false } : { messages: messages.slice(0, end), cut: true };
}

interface Run {
  readonly large: boolean;
  /** Asked for alone. */
  readonly suspect: boolean;
  readonly messages: readonly ListedMessage[];
}

function runs(
  batch: readonly ListedMessage[],
  maxMessageBytes: number,
  waiting: ReadonlyMap<string, NotGiven>,
): readonly Run[] {
  const made: { readonly large: boolean; readonly suspect: boolean; readonly messages: ListedMessage[] }[] = [];
  for (const message of batch) {
    const large = message.size > maxMessageBytes;
    const suspect = waiting.has(message.protocolId);
    const last = made.at(-1);
    if (last?.large === large && !suspect && !last.suspect) last.messages.push(message);
    else made.push({ large, suspect, messages: [message] });
  }
  return made;
}
