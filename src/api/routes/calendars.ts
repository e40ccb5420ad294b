import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { createCalendar, deleteCalendar, findCalendar, listCalendars, updateCalendar } from '../../db/calendars.ts';
import { logAdministrator } from '../administrator-log.ts';
import type { RouteDeps } from '../deps.ts';
import { catalogueRoutes, pageAfter } from '../http/catalogue.ts';
import { toPage } from '../http/paging.ts';
import { createRouter } from '../http/validation.ts';
import { calendarFields, CalendarSchema } from '../schemas/calendar.ts';

const routes = catalogueRoutes(
  {
    path: '/calendars',
    tag: 'Calendars',
    one: 'Calendar',
    many: 'Calendars',
    text: 'Part of the name.',
    csv: '',
  },
  {
    item: CalendarSchema,
    create: z.strictObject(calendarFields).partial({ holidays: true }).openapi('CalendarCreate'),
    change: z.strictObject(calendarFields).partial().openapi('CalendarChange'),
  },
);

/** When support groups work: targets count only these hours. */
export const createCalendarRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();

  app.openapi(routes.list, async (c) => {
    const query = c.req.valid('query');
    return c.json(toPage(await listCalendars(db, query, pageAfter(query)), query.limit), 200);
  });

  app.openapi(routes.create, async (c) => {
    const created = await db.transaction(async (tx) => {
      const form = c.req.valid('json');
      const calendar = await createCalendar(tx, { ...form, holidays: form.holidays ?? [] });
      await logAdministrator(tx, { operation: 'calendar.create', result: `created: ${calendar.name}` });
      return calendar;
    });
    return c.json(created, 201, { Location: `${c.req.path}/${created.id}` });
  });

  app.openapi(routes.read, async (c) => c.json(await findCalendar(db, c.req.valid('param').id), 200));

  app.openapi(routes.update, async (c) => {
    const changes = c.req.valid('json');
    const updated = await db.transaction(async (tx) => {
      const calendar = await updateCalendar(tx, c.req.valid('param').id, changes);
      const result = `${calendar.name}: changed: ${Object.keys(changes).join(', ')}`;
      await logAdministrator(tx, { operation: 'calendar.update', result });
      return calendar;
    });
    return c.json(updated, 200);
  });

  app.openapi(routes.remove, async (c) => {
    const { id } = c.req.valid('param');
    await db.transaction(async (tx) => {
      const { name } = await findCalendar(tx, id);
      await deleteCalendar(tx, id);
      await logAdministrator(tx, { operation: 'calendar.delete', result: `deleted: ${name}` });
    });
    return c.body(null, 204);
  });
  return app;
};
