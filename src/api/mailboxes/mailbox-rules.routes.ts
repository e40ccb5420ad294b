import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { findOptionalCategory } from '../../db/master-data/categories.ts';
import { readMailboxRules, saveMailboxRules } from '../../db/mailboxes/mailbox-rules.ts';
import { findMailbox } from '../../db/mailboxes/mailboxes.ts';
import { mailboxRules } from '../../db/schema/index.ts';
import type { Db, Tx } from '../../db/shared/connect.ts';
import { lockTable } from '../../db/shared/lock.ts';
import { faultsOfRules, type MailRule } from '../../domain/mailboxes/mail-rule.ts';
import { shippedRules } from '../../domain/mailboxes/shipped-rules.ts';
import { checkPattern } from '../../instructions/patterns.ts';
import { idParams } from '../http/common.ts';
import type { RouteDeps } from '../http/deps.ts';
import { ifMatch, requireMatch } from '../http/entity-tag.ts';
import { fieldError, invalid } from '../http/problem.ts';
import { changed, json, jsonBody, notFound, unauthorized, unprocessable, unsupported } from '../http/responses.ts';
import { createRouter } from '../http/validation.ts';
import { logAdministrator } from '../log/administrator-log.ts';
import { RulesFormSchema, RulesSchema, TrialSchema } from './mailbox-rules.schema.ts';
import { tryRules } from './try-rules.ts';

const tags = ['Mailboxes'];
const path = '/mailboxes/{id}/rules';

const routes = {
  read: createRoute({
    method: 'get',
    path,
    operationId: 'readMailboxRules',
    tags,
    summary: 'Get the rules of a mailbox, in order',
    request: { params: idParams },
    responses: { 200: json(RulesSchema, 'The rules.'), ...unauthorized, ...notFound },
  }),
  save: createRoute({
    method: 'put',
    path,
    operationId: 'saveMailboxRules',
    tags,
    summary: 'Replace the rules of a mailbox',
    description: 'They apply from the next read of the mailbox on.',
    request: { params: idParams, ...ifMatch, body: jsonBody(RulesFormSchema) },
    responses: {
      200: json(RulesSchema, 'Saved.'),
      ...unauthorized,
      ...notFound,
      ...changed,
      ...unsupported,
      ...unprocessable,
    },
  }),
  try: createRoute({
    method: 'post',
    path: `${path}/try`,
    operationId: 'tryMailboxRules',
    tags,
    summary: 'Try rules on the stored messages of the last 30 days',
    description: 'Says what would become of each, alongside what became of it. Nothing is changed.',
    request: { params: idParams, body: jsonBody(RulesFormSchema) },
    responses: {
      200: json(TrialSchema, 'What the rules would do.'),
      ...unauthorized,
      ...notFound,
      ...unsupported,
      ...unprocessable,
    },
  }),
};

const tagOf = (revision: number): string => `"${String(revision)}"`;

export const createMailboxRuleRoutes = (deps: RouteDeps): OpenAPIHono => {
  const { db, wake } = deps;
  const app = createRouter();
  app.openapi(routes.read, async (c) => {
    const { id } = await findMailbox(db, c.req.valid('param').id);
    const { rules, revision } = await readMailboxRules(db, id);
    return c.json(view(rules), 200, { ETag: tagOf(revision) });
  });
  app.openapi(routes.save, async (c) => {
    const { id } = await findMailbox(db, c.req.valid('param').id);
    const { rules } = c.req.valid('json');
    await refuseFaults(db, rules);
    const revision = await db.transaction(async (tx) => {
      await lockTable(tx, mailboxRules);
      const stored = await readMailboxRules(tx, id);
      requireMatch(c, tagOf(stored.revision));
      await saveMailboxRules(tx, id, rules);
      await logAdministrator(tx, {
        operation: 'mailbox.rules',
        mailboxId: id,
        result: `changed: ${String(rules.length)} rules`,
      });
      return stored.revision + 1;
    });
    await wake(id);
    return c.json(view(rules), 200, { ETag: tagOf(revision) });
  });
  app.openapi(routes.try, async (c) => {
    const { rules } = c.req.valid('json');
    await refuseFaults(db, rules);
    return c.json(await tryRules(deps, c.req.valid('param').id, rules), 200);
  });
  return app;
};

type View = z.output<typeof RulesSchema>;

const plain = (rules: readonly MailRule[]): View['rules'] =>
  rules.map(({ conditions, set, ...rule }) => ({
    ...rule,
    conditions: conditions.map((condition) => ({ ...condition })),
    set: set.map((value) => ({ ...value })),
  }));

const view = (rules: readonly MailRule[]): View => ({ rules: plain(rules), shipped: plain(shippedRules) });

/** Throws 422 for rules that cannot work: what is wrong with each, and a category that does not exist. */
const refuseFaults = async (db: Db | Tx, rules: readonly MailRule[]): Promise<void> => {
  const faults = [...faultsOfRules(rules, checkPattern)];
  for (const [rule, { set }] of rules.entries()) {
    for (const { target, from, value } of set) {
      if (target === 'category' && from === 'text' && (await findOptionalCategory(db, value)) === undefined)
        faults.push({ rule, message: `No single category has this code, name or path: ${value}.` });
    }
  }
  if (faults.length > 0)
    throw invalid(faults.map(({ rule, message }) => fieldError(`rules.${String(rule)}`, message, 'rule')));
};
