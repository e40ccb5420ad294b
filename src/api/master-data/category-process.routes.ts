import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { findCategory } from '../../db/master-data/categories.ts';
import { lockRow } from '../../db/shared/lock.ts';
import { categories } from '../../db/schema/index.ts';
import { findCategoryProcess, setCategoryProcess, unknownReferences } from '../../db/processes/category-process.ts';
import { approvalRules } from '../../domain/approvals/approval.ts';
import { closedReplyPolicies } from '../../domain/processes/service-level.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import type { RouteDeps } from '../http/deps.ts';
import { entityTag, ifMatch, requireMatch, withEntityTag } from '../http/entity-tag.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { changed, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { idParams } from '../http/common.ts';

const id = z.int().min(1);
const hours = z
  .number()
  .positive()
  .max(24 * 365);

const StepSchema = z
  .strictObject({
    approvers: z
      .array(id)
      .min(1)
      .max(50)
      .readonly()
      .refine((approvers) => new Set(approvers).size === approvers.length, 'nobody is asked twice.')
      .describe('Employee IDs. Requestor and recipient are never asked about their own ticket.'),
    rule: z
      .enum(approvalRules)
      .describe('Rule of the step: the first answer decides, all must accept, or more than half.'),
    remindAfterHours: hours.nullable().describe('Hours between reminders.'),
    escalateAfterHours: hours.nullable().describe('When escalateTo is asked instead of those who have not answered.'),
    escalateTo: id.nullable(),
    expireAfterHours: hours,
    onExpiry: z.enum(['accepted', 'refused']).describe('The decision if nobody answers.'),
  })
  .refine(({ escalateAfterHours, escalateTo }) => (escalateAfterHours === null) === (escalateTo === null), {
    message: 'give escalateAfterHours and escalateTo, or neither.',
    path: ['escalateTo'],
  })
  .readonly();

const minutes = z.int().min(1).max(525_600);
const target = z.strictObject({ responseMinutes: minutes, solutionMinutes: minutes }).readonly();

const ProcessSchema = z
  .strictObject({
    approvalSteps: z.array(StepSchema).max(10).readonly().describe('In order. Empty: no approval is needed.'),
    closedReplyPolicy: z.enum(closedReplyPolicies).describe('What TSA does with a reply to a closed ticket.'),
    calendarId: id.nullable().describe('Calendar whose working hours count for SLA targets. Null counts every hour.'),
    targets: z
      .partialRecord(z.enum(['1', '2', '3', '4', '5']), target)
      .nullable()
      .describe('By priority. Null or an omitted priority uses the built-in targets.'),
    escalation: z
      .strictObject({
        afterOccurrences: z.int().min(2).nullable(),
        afterMinutes: minutes.nullable(),
        categoryId: id.describe('An incident category.'),
      })
      .readonly()
      .nullable()
      .describe('When an open event becomes an incident.'),
  })
  .openapi('CategoryProcess');

const path = '/categories/{id}/process';
const tags = ['Categories'];

const read = createRoute({
  method: 'get',
  path,
  operationId: 'readCategoryProcess',
  tags,
  summary: 'Get the approval steps, SLA targets and policies of a category',
  request: { params: idParams },
  responses: { 200: json(ProcessSchema, 'The stored values.'), ...unauthorized, ...notFound },
});

const replace = createRoute({
  method: 'put',
  path,
  operationId: 'replaceCategoryProcess',
  tags,
  summary: 'Set approval steps, SLA targets and policies. Waiting approvals are requested again if the steps change',
  request: { params: idParams, ...ifMatch, body: jsonBody(ProcessSchema) },
  responses: {
    200: json(ProcessSchema, 'Saved.'),
    ...unauthorized,
    ...notFound,
    ...changed,
    ...unsupported,
    ...unprocessable,
  },
});

export const createCategoryProcessRoutes = ({ db }: RouteDeps): OpenAPIHono => {
  const app = createRouter();
  app.openapi(read, async (c) => {
    const process = await findCategoryProcess(db, c.req.valid('param').id);
    return c.json(process, 200, withEntityTag(process));
  });
  app.openapi(replace, async (c) => {
    const process = c.req.valid('json');
    const categoryId = c.req.valid('param').id;
    const stored = await db.transaction(async (tx) => {
      await lockRow(tx, categories, categoryId);
      const { code } = await findCategory(tx, categoryId);
      requireMatch(c, entityTag(await findCategoryProcess(tx, categoryId)));
      const unknown = await unknownReferences(tx, process);
      const errors = [
        ...(unknown.employees.length === 0
          ? []
          : [fieldError('approvalSteps', `There is no employee ${unknown.employees.join(', ')}.`, 'unknown')]),
        ...(unknown.calendar ? [fieldError('calendarId', 'There is no such calendar.', 'unknown')] : []),
        ...(unknown.incidentCategory
          ? [fieldError('escalation', 'categoryId names no category of incidents.', 'unknown')]
          : []),
      ];
      if (errors.length > 0) throw invalid(errors);
      await setCategoryProcess(tx, categoryId, process);
      await logAdministrator(tx, { operation: 'category.process', result: `changed: ${code}` });
      return findCategoryProcess(tx, categoryId);
    });
    return c.json(stored, 200, withEntityTag(stored));
  });
  return app;
};
