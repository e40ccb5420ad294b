import type { MailFolder } from '@microsoft/microsoft-graph-types';
import { concernsMessage, GraphError } from './graph-error.ts';
import { asObject, pages } from './graph-pages.ts';
import type { GraphRequests } from './graph-requests.ts';

export type FoundFolder =
  { readonly found: true; readonly id: string } | { readonly found: false; readonly reason: string };

/**
 * The folder of a path such as `Done` or `Inbox/Done`, by display names in any case, made where it is missing, as on
 * IMAP. `Inbox` is the inbox whatever its name in the mailbox's language.
 */
export async function findFolder(requests: GraphRequests, path: string): Promise<FoundFolder> {
  const names = path.split('/').filter((name) => name !== '');
  if (names.length === 1 && names[0]?.toLowerCase() === 'inbox') {
    return { found: false, reason: 'The folder to move to is the inbox itself: name another folder.' };
  }
  let collection = '/mailFolders';
  let id = '';
  try {
    for (const [depth, name] of names.entries()) {
      id = depth === 0 && name.toLowerCase() === 'inbox' ? 'inbox' : await childFolder(requests, collection, name);
      collection = `/mailFolders/${encodeURIComponent(id)}/childFolders`;
    }
  } catch (error) {
    if (!(error instanceof GraphError && (error.refusal.status === 403 || concernsMessage(error)))) throw error;
    return {
      found: false,
      reason: `The folder ${path} is missing and could not be made (${error.code ?? ''}): make it, or name another folder to move to.`,
    };
  }
  return id === '' ? { found: false, reason: 'The folder to move to has no name: name one.' } : { found: true, id };
}

async function childFolder(requests: GraphRequests, collection: string, name: string): Promise<string> {
  for await (const folders of pages<MailFolder>(requests, `${collection}?$select=id,displayName&$top=100`)) {
    const found = folders.find(({ displayName }) => displayName?.toLowerCase() === name.toLowerCase());
    if (found?.id !== undefined) return found.id;
  }
  const made = asObject(await requests.json({ method: 'POST', url: collection, body: { displayName: name } }));
  return String(Reflect.get(made, 'id'));
}
