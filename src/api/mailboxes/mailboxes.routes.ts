import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  claimAccount,
  createMailbox,
  deleteMailbox,
  findMailbox,
  listMailboxes,
  updateMailbox,
} from '../../db/mailboxes/mailboxes.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { ifMatch, requireMatch } from '../http/entity-tag.ts';
import {
  conflict,
  json,
  jsonBody,
  notFound,
  ofRemoval,
  ofUpdate,
  unauthorized,
  unprocessable,
  unsupported,
} from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { toMailboxInput } from './mailbox-form.ts';
import { viewMailbox, viewMailboxes } from './mailbox-view.ts';
import { requireReturnAddressRead } from '../settings/return-address.ts';
import { idParams } from '../http/common.ts';
import { MailboxCreateSchema, MailboxListSchema, MailboxPatchSchema, MailboxSchema } from './mailbox.schema.ts';

const tags = ['Mailboxes'];

const list = createRoute({
  method: 'get',
  path: '/mailboxes',
  operationId: 'listMailboxes',
  tags,
  summary: 'List mailboxes',
  responses: { 200: json(MailboxListSchema, 'By ID.'), ...unauthorized },
});

const create = createRoute({
  method: 'post',
  path: '/mailboxes',
  operationId: 'createMailbox',
  tags,
  summary: 'Create a mailbox. An active one is read at once',
  request: { body: jsonBody(MailboxCreateSchema) },
  responses: {
    201: {
      ...json(MailboxSchema, 'Created.'),
      headers: z.object({ Location: z.string().describe('Address of the new resource.') }),
    },
    ...unauthorized,
    ...conflict,
    ...unsupported,
    ...unprocessable,
  },
});

const read = createRoute({
  method: 'get',
  path: '/mailboxes/{id}',
  operationId: 'readMailbox',
  tags,
  summary: 'Get a mailbox',
  request: { params: idParams },
  responses: { 200: json(MailboxSchema, 'The mailbox.'), ...unauthorized, ...notFound },
});

const update = createRoute({
  method: 'patch',
  path: '/mailboxes/{id}',
  operationId: 'updateMailbox',
  tags,
  summary: 'Change fields of a mailbox',
  description:
    'Omitted fields keep their value. A value that was derived from another field (the port from sslTls, the address from the login) is derived again.',
  request: {
    params: idParams,
    ...ifMatch,
    body: jsonBody(MailboxPatchSchema),
  },
  responses: {
    200: json(MailboxSchema, 'Changed.'),
    ...ofUpdate,
  },
});

const remove = createRoute({
  method: 'delete',
  path: '/mailboxes/{id}',
  operationId: 'deleteMailbox',
  tags,
  summary: 'Delete a mailbox. Its messages and tickets are kept',
  request: { params: idParams, ...ifMatch },
  responses: {
    204: { description: 'Deleted.' },
    ...ofRemoval,
  },
});

/** The revision, not the whole view: its state and its counts change by themselves. */
const tagOf = ({ revision }: { readonly revision: number }): string => `"${revision}"`;

export const createMailboxRoutes = ({ db, secretBox, wake, readOptions: { timeZone } }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(list, async (c) => c.json({ items: await viewMailboxes(db, await listMailboxes(db), timeZone) }, 200));

  app.openapi(create, async (c) => {
    const form = c.req.valid('json');
    const mailbox = await db.transaction(async (tx) => {
      const created = await createMailbox(tx, secretBox, await toMailboxInput(tx, form));
      await claimAccount(tx, created);
      await logAdministrator(tx, { operation: 'mailbox.create', mailboxId: created.id, result: 'created' });
      return created;
    });
    await wake(mailbox.id);
    return c.json(await viewMailbox(db, mailbox, timeZone), 201, {
      ETag: tagOf(mailbox),
      Location: `${c.req.path}/${mailbox.id}`,
    });
  });

  app.openapi(read, async (c) => {
    const mailbox = await findMailbox(db, c.req.valid('param').id);
    return c.json(await viewMailbox(db, mailbox, timeZone), 200, { ETag: tagOf(mailbox) });
  });

  app.openapi(update, async (c) => {
    const { id } = c.req.valid('param');
    const patch = c.req.valid('json');
    const mailbox = await db.transaction(async (tx) => {
      const stored = await findMailbox(tx, id);
      requireMatch(c, tagOf(stored));
      const input = await toMailboxInput(tx, patch, stored);
      const saved = await updateMailbox(tx, secretBox, id, input, stored.revision);
      await claimAccount(tx, saved);
      if (saved.address !== stored.address) await requireReturnAddressRead(tx);
      const result = `changed: ${Object.keys(patch).join(', ')}`;
      await logAdministrator(tx, { operation: 'mailbox.update', mailboxId: id, result });
      return saved;
    });
    await wake(id);
    return c.json(await viewMailbox(db, mailbox, timeZone), 200, { ETag: tagOf(mailbox) });
  });

  app.openapi(remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      requireMatch(c, tagOf(await findMailbox(tx, id)));
      await deleteMailbox(tx, id, new Date().toISOString());
      await requireReturnAddressRead(tx);
      await logAdministrator(tx, { operation: 'mailbox.delete', mailboxId: id, result: 'deleted' });
    });
    await wake(id);
    return c.body(null, 204);
  });
  return app;
};
