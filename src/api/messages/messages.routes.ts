import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { findOptionalCategory } from '../../db/master-data/categories.ts';
import { ConflictError, NotFoundError } from '../../db/shared/errors.ts';
import type { Category } from '../../domain/handling/facts.ts';
import { findOptionalLedgerEntry, listLedger, type LedgerEntry } from '../../db/messages/message-list.ts';
import { discardMessage, releaseMessage } from '../../db/messages/quarantine.ts';
import { readRaw, streamRaw } from '../../db/messages/raw-messages.ts';
import type { RouteDeps } from '../http/deps.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import { downloadHeaders } from '../http/download.ts';
import { decodeCursor, toPage } from '../http/paging.ts';
import { invalid, problem } from '../http/problem.ts';
import {
  binary,
  conflict,
  json,
  jsonBody,
  notFound,
  unauthorized,
  unprocessable,
  unsupported,
} from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams } from '../http/common.ts';
import { unknownCategory } from '../mailboxes/mailbox-form.ts';
import {
  BulkResultSchema,
  BulkSchema,
  MessageDetailSchema,
  MessagePageSchema,
  MessageSchema,
  messageQuery,
  ReleaseSchema,
} from './message.schema.ts';
import { mayActAs } from '../../domain/accounts/role.ts';
import { maskTokens, maskTokensIn } from '../../instructions/mask-tokens.ts';
import { withPlainLineEnds } from '../../instructions/text/characters.ts';
import { currentCaller } from '../http/caller.ts';
import { understand } from './understand.ts';

const tags = ['Messages'];

const list = createRoute({
  method: 'get',
  path: '/messages',
  operationId: 'listMessages',
  tags,
  summary: 'List messages, newest first',
  request: { query: messageQuery },
  responses: { 200: json(MessagePageSchema, 'One page of results.'), ...unauthorized, ...unprocessable },
});

const read = createRoute({
  method: 'get',
  path: '/messages/{id}',
  operationId: 'readMessage',
  tags,
  summary: 'Get a message with its instruction',
  request: { params: idParams },
  responses: { 200: json(MessageDetailSchema, 'The message.'), ...unauthorized, ...notFound },
});

const raw = createRoute({
  method: 'get',
  path: '/messages/{id}/raw',
  operationId: 'readRawMessage',
  tags,
  summary: 'Download the original message',
  request: { params: idParams },
  responses: { 200: binary('message/rfc822', 'The original message.'), ...unauthorized, ...notFound },
});

const release = createRoute({
  method: 'post',
  path: '/messages/{id}/release',
  operationId: 'releaseMessage',
  tags,
  summary: 'Release a quarantined or rejected message: handle it again',
  description: 'It keeps its mailbox, arrival time and sender verdict.',
  request: { params: idParams, body: { ...jsonBody(ReleaseSchema), required: false } },
  responses: {
    202: json(MessageSchema, 'The message waits to be handled.'),
    ...unauthorized,
    ...notFound,
    ...conflict,
    ...unsupported,
    ...unprocessable,
  },
});

const discard = createRoute({
  method: 'post',
  path: '/messages/{id}/discard',
  operationId: 'discardMessage',
  tags,
  summary: 'Discard a quarantined or rejected message: delete its original',
  description: 'The ledger row is kept.',
  request: { params: idParams },
  responses: { 200: json(MessageSchema, 'Deleted.'), ...unauthorized, ...notFound, ...conflict },
});

const bulk = createRoute({
  method: 'post',
  path: '/messages/bulk',
  operationId: 'changeMessages',
  tags,
  summary: 'Release or discard many messages',
  request: { body: jsonBody(BulkSchema) },
  responses: {
    200: json(BulkResultSchema, 'What was done, message by message.'),
    ...unauthorized,
    ...unsupported,
    ...unprocessable,
  },
});

export const createMessageRoutes = (deps: RouteDeps): OpenAPIHono => {
  const { db } = deps;
  const app = createRouter();

  const find = async (id: number): Promise<LedgerEntry> => {
    const entry = await findOptionalLedgerEntry(db, id);
    if (entry === undefined) throw new NotFoundError(`There is no message ${id}.`);
    return entry;
  };

  app.openapi(list, async (c) => {
    const { limit, cursor, mailbox, ticket, ...filter } = c.req.valid('query');
    const rows = await listLedger(
      db,
      { ...filter, mailboxId: mailbox, ticketNumber: ticket },
      { before: decodeCursor(cursor), limit: limit + 1 },
    );
    return c.json(toPage(rows, limit), 200);
  });

  app.openapi(read, async (c) => {
    const entry = await find(c.req.valid('param').id);
    return c.json({ ...entry, ...(await understand(deps, entry)) }, 200);
  });

  app.openapi(raw, async (c) => {
    const entry = await find(c.req.valid('param').id);
    if (!entry.rawAvailable) throw problem(404, 'The original is no longer stored: its retention time has ended.');
    const masked = mayActAs(currentCaller().role, 'administrator') ? null : await maskedOriginal(deps, entry);
    await logAdministrator(db, {
      operation: 'message.read_original',
      mailboxId: entry.mailboxId,
      messageId: entry.id,
      result: 'read',
    });
    return c.body(
      masked === null ? ReadableStream.from(streamRaw(db, entry.id)) : new Blob([masked]).stream(),
      200,
      downloadHeaders(`message-${entry.id}.eml`, 'message/rfc822'),
    );
  });

  /** Throws Problem for a category that does not exist. */
  const findCategory = async (named: string | undefined): Promise<Category | undefined> => {
    if (named === undefined) return undefined;
    const category = await findOptionalCategory(db, named);
    if (category === undefined) throw invalid([unknownCategory('category')]);
    return category;
  };

  const releaseOne = (entry: LedgerEntry, category: Category | undefined): Promise<void> =>
    db.transaction(async (tx) => {
      await releaseMessage(tx, entry.id, { now: new Date().toISOString(), categoryId: category?.id ?? null });
      await logAdministrator(tx, {
        operation: 'message.release',
        mailboxId: entry.mailboxId,
        messageId: entry.id,
        result: category === undefined ? 'released' : `released with the category ${category.code}`,
      });
    });

  const discardOne = (entry: LedgerEntry): Promise<void> =>
    db.transaction(async (tx) => {
      await discardMessage(tx, entry.id, new Date().toISOString());
      await logAdministrator(tx, {
        operation: 'message.discard',
        mailboxId: entry.mailboxId,
        messageId: entry.id,
        result: 'discarded',
      });
    });

  app.openapi(release, async (c) => {
    const entry = await find(c.req.valid('param').id);
    // Without a body there is nothing to validate: the library answers with what a validator would have left.
    const { category } = c.req.valid('json') as Partial<z.output<typeof ReleaseSchema>>;
    await releaseOne(entry, await findCategory(category));
    await deps.wake(entry.mailboxId);
    return c.json(await find(entry.id), 202);
  });

  app.openapi(discard, async (c) => {
    const entry = await find(c.req.valid('param').id);
    await discardOne(entry);
    return c.json(await find(entry.id), 200);
  });

  app.openapi(bulk, async (c) => {
    const asked = c.req.valid('json');
    const category = await findCategory(asked.action === 'release' ? asked.category : undefined);
    const done: number[] = [];
    const failed: { id: number; detail: string }[] = [];
    const mailboxes = new Set<number>();
    for (const id of new Set(asked.ids)) {
      try {
        const entry = await find(id);
        await (asked.action === 'release' ? releaseOne(entry, category) : discardOne(entry));
        mailboxes.add(entry.mailboxId);
        done.push(id);
      } catch (error) {
        if (!(error instanceof NotFoundError || error instanceof ConflictError)) throw error;
        failed.push({ id, detail: error.message });
      }
    }
    if (asked.action === 'release') for (const mailbox of mailboxes) await deps.wake(mailbox);
    return c.json({ done, failed }, 200);
  });
  return app;
};

/** Spec §7: tokens are an administrator's to see alone. Throws a problem where one is written so that it cannot be masked in the octets. */
const maskedOriginal = async (deps: RouteDeps, entry: LedgerEntry): Promise<Uint8Array<ArrayBuffer>> => {
  const raw = await readRaw(deps.db, entry.id);
  if (raw === null) throw problem(404, 'The original is no longer stored: its retention time has ended.');
  const masked = Uint8Array.from(maskTokensIn(raw));
  if (entry.oversized) return masked;
  const reading = await deps.mimeReader.read(masked);
  if (reading.ok && maskTokens(reading.message.text) !== withPlainLineEnds(reading.message.text))
    throw problem(403, 'The original holds a token that cannot be masked in it. Only an administrator may read it.');
  return masked;
};
