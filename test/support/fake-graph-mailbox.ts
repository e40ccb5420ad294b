import { randomUUID } from 'node:crypto';

export interface StoredMessage {
  readonly immutableId: string;
  /** The ordinary id: another one in each folder. */
  restId: string;
  folder: string;
  isDraft?: boolean;
  readonly receivedDateTime: string;
  mime: Buffer;
}

export interface FakeMailbox {
  readonly messages: StoredMessage[];
  /** Display names by id. */
  readonly folders: Map<string, { readonly displayName: string; readonly parent: string }>;
  readonly sharedWith: Set<string>;
  atOnce: number;
}

/** Thrown for an answer that is an error. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfter: string | undefined;
  constructor(status: number, code: string, retryAfter?: string) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export interface Answer {
  readonly status: number;
  readonly contentType?: string;
  readonly body?: Buffer;
}

export const wellKnownFolders = new Map([
  ['inbox', 'Inbox'],
  ['deleteditems', 'Deleted Items'],
  ['archive', 'Archive'],
  ['drafts', 'Drafts'],
  ['sentitems', 'Sent Items'],
]);

export interface Call {
  readonly method: string;
  /** Below the mailbox. */
  readonly path: readonly string[];
  readonly url: URL;
  readonly body: Buffer;
  readonly immutable: boolean;
}

interface KnownRefusal {
  /** The method and the address below the mailbox. */
  readonly call: RegExp;
  readonly status: number;
  readonly code: string;
  readonly source: string;
}

/** What users report that Microsoft refuses, although its reference and metadata list the address. */
export const knownRefusals: readonly KnownRefusal[] = [
  {
    call: /^GET mailFolders\/[^/]+\/(childFolders\/[^/]+\/)*messages\/[^/]+\/\$value$/,
    status: 405,
    code: 'ErrorInvalidRequest',
    source: 'https://github.com/microsoftgraph/msgraph-sdk-powershell/issues/1627',
  },
];

/** One mailbox's part of Graph. */
export function serve(mailbox: FakeMailbox, call: Call): Answer {
  const address = call.path.map(encodeURIComponent).join('/').replaceAll('%24', '$');
  const refused = knownRefusals.find((known) => known.call.test(`${call.method} ${address}`));
  if (refused !== undefined) throw new Refusal(refused.status, refused.code);
  const [resource, folderId, collection, messageId, action] =
    call.path[0] === 'messages' ? ['mailFolders', undefined, ...call.path] : call.path;
  if (resource !== 'mailFolders') throw new Refusal(400, 'BadRequest');
  if (call.path.length === 1 && call.path[0] === 'mailFolders') return serveFolders(mailbox, call, 'root');
  const folder = folderId === undefined ? undefined : folderOf(mailbox, folderId);
  if (call.method === 'GET' && folder !== undefined && call.path.length === 2) {
    return json(200, { id: folder, displayName: mailbox.folders.get(folder)?.displayName });
  }
  if (collection === 'childFolders' && folder !== undefined) return serveFolders(mailbox, call, folder);
  if (collection !== 'messages') throw new Refusal(400, 'BadRequest');
  if (messageId === undefined && call.method === 'POST') return createDraft(mailbox, call, folder);
  if (messageId === undefined) return listMessages(mailbox, call, folder);
  const message = mailbox.messages.find(
    (one) =>
      (call.immutable ? one.immutableId : one.restId) === messageId && (folder === undefined || one.folder === folder),
  );
  if (message === undefined) throw new Refusal(404, 'ErrorItemNotFound');
  switch (`${call.method} ${action ?? ''}`) {
    case 'GET ':
      return json(200, messageResource(message, call));
    case 'GET $value':
      return { status: 200, contentType: 'text/plain', body: message.mime };
    case 'DELETE ':
      if (message.folder === 'deleteditems') mailbox.messages.splice(mailbox.messages.indexOf(message), 1);
      else move(message, 'deleteditems');
      return { status: 204 };
    case 'POST send':
      if (message.isDraft !== true) throw new Refusal(400, 'ErrorInvalidOperation');
      message.isDraft = false;
      message.mime = withoutExtensions(message.mime);
      message.folder = 'sentitems';
      return { status: 202 };
    case 'POST move':
      move(message, folderOf(mailbox, property(call.body, 'destinationId')));
      return json(201, messageResource(message, call));
    default:
      throw new Refusal(405, 'ErrorInvalidRequest');
  }
}

/**
 * A draft of MIME text (api/user-post-messages: `text/plain`, base64). Below a folder it is refused (microsoft-graph-docs #16368); the address
 * in From is the mailbox's own (EmailEngine, lib/email-client/outlook-client.js).
 */
function createDraft(mailbox: FakeMailbox, { body, immutable, url }: Call, folder: string | undefined): Answer {
  if (folder !== undefined) throw new Refusal(400, 'UnableToDeserializePostBody');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(body.toString())) throw new Refusal(400, 'ErrorMimeContentInvalidBase64String');
  if (body.length > 4 * 1024 * 1024) throw new Refusal(413, 'RequestEntityTooLarge');
  const message: StoredMessage = {
    immutableId: `AAkA+${randomUUID()}/=`,
    restId: `AAMk+${randomUUID()}/=`,
    folder: 'drafts',
    isDraft: true,
    receivedDateTime: '2026-01-01T00:00:00Z',
    mime: Buffer.from(body.toString(), 'base64'),
  };
  mailbox.messages.push(message);
  return json(201, messageResource(message, { url, immutable }));
}

function folderOf({ folders }: FakeMailbox, id: string): string {
  if (folders.has(id)) return id;
  if (folders.has(id.toLowerCase())) return id.toLowerCase();
  throw new Refusal(404, 'ErrorFolderNotFound');
}

export function move(message: StoredMessage, folder: string): void {
  message.folder = folder;
  message.restId = `AAMk+${randomUUID()}/=`;
}

function serveFolders({ folders }: FakeMailbox, call: Call, parent: string): Answer {
  if (call.method === 'POST') {
    const displayName = property(call.body, 'displayName');
    const siblings = [...folders.values()].filter((folder) => folder.parent === parent);
    if (siblings.some((folder) => folder.displayName === displayName)) throw new Refusal(409, 'ErrorFolderExists');
    const id = `AQMk${randomUUID()}`;
    folders.set(id, { displayName, parent });
    return json(201, { id, displayName });
  }
  const options = queryOf(call.url, ['$select', '$top', '$skip']);
  const all = [...folders].filter(([, folder]) => folder.parent === parent);
  return page(
    call.url,
    all.map(([id, { displayName }]) => ({ id, displayName })),
    options,
  );
}

function listMessages(mailbox: FakeMailbox, call: Call, folder: string | undefined): Answer {
  if (call.method !== 'GET') throw new Refusal(405, 'ErrorInvalidRequest');
  const options = queryOf(call.url, ['$select', '$orderby', '$top', '$skip', '$expand', '$filter']);
  const wanted = wantedId(options.get('$filter'));
  // Newest first by default.
  const [field = 'receivedDateTime', direction = 'asc'] = (options.get('$orderby') ?? 'receivedDateTime desc').split(
    ' ',
  );
  if (field !== 'receivedDateTime') throw new Refusal(400, 'ErrorInvalidUrlQuery');
  const messages = mailbox.messages
    .filter((message) => folder === undefined || message.folder === folder)
    .filter((message) => wanted === undefined || internetIdOf(message) === wanted)
    .toSorted((a, b) => a.receivedDateTime.localeCompare(b.receivedDateTime));
  if (direction === 'desc') messages.reverse();
  return page(
    call.url,
    messages.map((message) => messageResource(message, call)),
    options,
  );
}

const internetIdOf = ({ mime }: StoredMessage): string | undefined =>
  /^Message-ID: (\S+)/im.exec(mime.toString('latin1'))?.[1];

/** Of `internetMessageId eq '<…>'`, the one filter that is known here. */
function wantedId(filter: string | undefined): string | undefined {
  if (filter === undefined) return undefined;
  const [, id] = /^internetMessageId eq '((?:[^']|'')+)'$/.exec(filter) ?? [];
  if (id === undefined) throw new Refusal(400, 'ErrorInvalidUrlQueryFilter');
  return id.replaceAll("''", "'");
}

/** Fields beginning with X- do not survive sending (Zammad, lib/microsoft_graph.rb). */
const withoutExtensions = (mime: Buffer): Buffer =>
  Buffer.from(mime.toString('latin1').replaceAll(/^X-[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n/gim, ''), 'latin1');

function messageResource(message: StoredMessage, { url, immutable }: Pick<Call, 'url' | 'immutable'>): object {
  const subject = /^Subject: (.*)$/m.exec(message.mime.toString('latin1'))?.[1]?.trim() ?? '';
  const internetMessageId = internetIdOf(message);
  const all = {
    receivedDateTime: message.receivedDateTime,
    subject,
    parentFolderId: message.folder,
    isDraft: message.isDraft === true,
    ...(internetMessageId === undefined ? {} : { internetMessageId }),
  };
  const select = url.searchParams.get('$select')?.split(',');
  const chosen = Object.entries(all).filter(([name]) => select?.includes(name) !== false);
  const size = /^singleValueExtendedProperties\(\$filter=id eq 'Long 0x0E08'\)$/.test(
    url.searchParams.get('$expand') ?? '',
  );
  return {
    '@odata.etag': `W/"${message.restId}"`,
    id: immutable ? message.immutableId : message.restId,
    ...Object.fromEntries(chosen),
    ...(size ? { singleValueExtendedProperties: [{ id: 'Long 0xe08', value: String(message.mime.length) }] } : {}),
  };
}

function page(url: URL, items: readonly object[], options: ReadonlyMap<string, string>): Answer {
  const top = Number(options.get('$top') ?? 10);
  const skip = Number(options.get('$skip') ?? 0);
  if (!(top >= 1 && top <= 1000)) throw new Refusal(400, 'ErrorInvalidUrlQuery');
  const next = new URL(url);
  next.searchParams.set('$skip', String(skip + top));
  return json(200, {
    '@odata.context': `${url.origin}/v1.0/$metadata`,
    value: items.slice(skip, skip + top),
    ...(skip + top < items.length ? { '@odata.nextLink': next.href } : {}),
  });
}

function queryOf(url: URL, known: readonly string[]): ReadonlyMap<string, string> {
  const options = new Map(url.searchParams);
  if ([...options.keys()].some((name) => !known.includes(name))) throw new Refusal(400, 'ErrorInvalidUrlQuery');
  return options;
}

function property(body: Buffer, name: string): string {
  const value: unknown = Reflect.get(Object(JSON.parse(body.toString())), name);
  if (typeof value !== 'string') throw new Refusal(400, 'ErrorInvalidRequest');
  return value;
}

const json = (status: number, value: object): Answer => ({
  status,
  contentType: 'application/json;odata.metadata=minimal',
  body: Buffer.from(JSON.stringify(value)),
});
