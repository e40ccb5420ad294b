import type { ImapFlow } from 'imapflow';
import { searchUids, sequenceSet } from './imap-client.ts';

const byUid = { uid: true };

const reasons = {
  readOnly: 'The server opened the inbox read-only: give the account the right to delete in it.',
  refused: 'The server did not take it out of the inbox: check the rights and the quota of the account.',
  foreign:
    'It is flagged as deleted, but this server can only expunge the whole inbox (no UIDPLUS), and somebody else flagged ' +
    'other messages there: expunge them in a mail program, or take their flag back.',
  noFolder: (folder: string, separator: string) =>
    `The folder ${folder} is missing and could not be made: make it, or name another folder to move to. ` +
    `The server separates folders by “${separator}”.`,
  sameFolder: 'The folder to move to is the inbox itself: name another folder.',
  notCopied: (folder: string) =>
    `It could not be copied to the folder ${folder}: check the rights and the quota of the account.`,
};

/**
 * Takes messages out of the selected inbox: into `folder`, or away for good. Tells why those that are still there are.
 * Nothing but the given UIDs is ever expunged, save for what another client flags in the instant between our look and
 * a plain EXPUNGE, which is used only where the server has no UIDPLUS and nothing else is flagged.
 */
export async function removeFromInbox(
  client: ImapFlow,
  uids: readonly number[],
  folder: string | null,
): Promise<{ readonly left: readonly number[]; readonly reason: string }> {
  const present = await stillThere(client, uids);
  if (present.length === 0) return { left: [], reason: '' };
  if (client.mailbox !== false && client.mailbox.readOnly === true) return { left: present, reason: reasons.readOnly };
  const failure = folder === null ? await expunge(client, present) : await move(client, present, folder);
  // The answer to a deletion proves nothing: a refused one may be told as done, and a done one get lost.
  return { left: await stillThere(client, present), reason: failure ?? reasons.refused };
}

async function stillThere(client: ImapFlow, uids: readonly number[]): Promise<number[]> {
  if (uids.length === 0) return [];
  await client.noop();
  return await searchUids(client, { uid: sequenceSet(uids) });
}

/** Tells what stood in the way, if it knows. */
async function expunge(client: ImapFlow, uids: readonly number[]): Promise<string | undefined> {
  const set = sequenceSet(uids);
  if (!client.capabilities.has('UIDPLUS')) {
    await client.messageFlagsAdd(set, ['\\Deleted'], byUid);
    const ours = new Set(uids);
    const flagged = await searchUids(client, { deleted: true });
    if (flagged.some((uid) => !ours.has(uid))) return reasons.foreign;
  }
  await client.messageDelete(set, byUid);
  return undefined;
}

/** A path of the form, with `/` between folders, as the server writes it; the inbox is INBOX in any case of letters. */
function serverPath(path: string, separator: string): string {
  const [first = '', ...others] = path.split('/').filter((name) => name !== '');
  const inServersWords = first.replace(/^inbox(?=$|[./\\])/i, 'INBOX');
  return [inServersWords, ...others].join(separator);
}

async function move(client: ImapFlow, uids: readonly number[], path: string): Promise<string | undefined> {
  const separator = client.mailbox === false ? '/' : client.mailbox.delimiter;
  const folder = serverPath(path, separator);
  if (folder === 'INBOX') return reasons.sameFolder;
  if (!(await ensureFolder(client, folder))) return reasons.noFolder(folder, separator);
  const set = sequenceSet(uids);
  if (client.capabilities.has('MOVE')) {
    await client.messageMove(set, folder, byUid);
    return undefined;
  }
  // What is flagged was copied by an earlier attempt that could not expunge it.
  const uncopied = await searchUids(client, { uid: set, deleted: false });
  if (uncopied.length > 0 && (await client.messageCopy(sequenceSet(uncopied), folder, byUid)) === false) {
    return reasons.notCopied(folder);
  }
  return await expunge(client, uids);
}

async function ensureFolder(client: ImapFlow, folder: string): Promise<boolean> {
  try {
    if ((await client.status(folder, { uidNext: true })) !== false) return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'NotFound')) throw error;
  }
  try {
    await client.mailboxCreate(folder);
    return true;
  } catch (error) {
    if (error instanceof Error && 'responseStatus' in error) return false;
    throw error;
  }
}
