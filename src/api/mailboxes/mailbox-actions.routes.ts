import { loggable } from '../../db/shared/errors.ts';
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { findMailbox } from '../../db/mailboxes/mailboxes.ts';
import { switchMailbox } from '../../db/mailboxes/mailbox-switch.ts';
import { readSettings } from '../../db/settings/settings.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { currentCaller } from '../http/caller.ts';
import { problem } from '../http/problem.ts';
import { conflict, json, notFound, unauthorized, unavailable } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { viewMailbox } from './mailbox-view.ts';
import { idParams } from '../http/common.ts';
import { MailboxSchema, type MailboxView, ReadNowSchema } from './mailbox.schema.ts';

const tags = ['Mailboxes'];
const request = { params: idParams };

const pause = createRoute({
  method: 'post',
  path: '/mailboxes/{id}/pause',
  operationId: 'pauseMailbox',
  tags,
  summary: 'Pause a mailbox from the next message on',
  request,
  responses: { 200: json(MailboxSchema, 'The mailbox is inactive.'), ...unauthorized, ...notFound },
});

const resume = createRoute({
  method: 'post',
  path: '/mailboxes/{id}/resume',
  operationId: 'resumeMailbox',
  tags,
  summary: 'Resume a mailbox and read it at once',
  request,
  responses: { 200: json(MailboxSchema, 'The mailbox is active.'), ...unauthorized, ...notFound },
});

const readNow = createRoute({
  method: 'post',
  path: '/mailboxes/{id}/read-now',
  operationId: 'readMailboxNow',
  tags,
  summary: 'Read a mailbox now',
  request,
  responses: {
    202: json(ReadNowSchema, 'The mailbox is being read, or is next.'),
    ...unauthorized,
    ...notFound,
    ...conflict,
    ...unavailable,
  },
});

export const createMailboxActionRoutes = ({
  db,
  control,
  wake,
  logger,
  readOptions: { timeZone },
}: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  const set = async (id: number, active: boolean): Promise<MailboxView> => {
    const mailbox = await db.transaction(async (tx) => {
      const switched = await switchMailbox(tx, id, active);
      const operation = active ? 'mailbox.resume' : 'mailbox.pause';
      await logAdministrator(tx, { operation, mailboxId: id, result: active ? 'active' : 'inactive' });
      return switched;
    });
    await wake(id);
    return viewMailbox(db, mailbox, timeZone);
  };

  app.openapi(pause, async (c) => c.json(await set(c.req.valid('param').id, false), 200));
  app.openapi(resume, async (c) => c.json(await set(c.req.valid('param').id, true), 200));

  app.openapi(readNow, async (c) => {
    const { id } = c.req.valid('param');
    const [mailbox, settings] = await Promise.all([findMailbox(db, id), readSettings(db)]);
    if (!settings.agentEnabled)
      throw problem(409, 'The agent is switched off: switch it on first (PUT /api/v1/agent {"enabled": true}).');
    if (!mailbox.active)
      throw problem(409, `This mailbox is paused: resume it first (POST /api/v1/mailboxes/${id}/resume).`);
    const { queued } = await control.readNow(id, currentCaller().name).catch((error: unknown) => {
      logger.error({ ...loggable(error), mailboxId: id }, 'mailbox workflow did not take the wish to read now');
      throw problem(
        503,
        'Temporal or the worker does not answer: see /readyz, and that a worker runs. Try again then.',
      );
    });
    await logAdministrator(db, { operation: 'mailbox.read_now', mailboxId: id, result: queued ? 'queued' : 'reading' });
    return c.json({ queued }, 202);
  });
  return app;
};
