import { z } from '@hono/zod-openapi';
import { dispositions } from '../../domain/messages/disposition.ts';
import { mostRules, ruleEnds, ruleFields, ruleTargets, ruleTests } from '../../domain/mailboxes/mail-rule.ts';
import { plainText, words } from '../http/common.ts';

const ConditionSchema = z
  .strictObject({
    field: z
      .enum(ruleFields)
      .describe('`recipient` is any address of To and Cc. `text` is what the sender wrote, without quotations.'),
    header: words(100).nullable().default(null).describe('Name of the header field. Null unless `field` is `header`.'),
    test: z
      .enum(ruleTests)
      .describe('`equals` and `contains` are case-insensitive; an address equals its domain. `pattern` is RE2 syntax.'),
    value: plainText(500).min(1),
  })
  .openapi('RuleCondition');

export const MailRuleSchema = z
  .strictObject({
    name: words(100).describe('Unique in the mailbox, case-insensitive.'),
    active: z.boolean().default(true),
    conditions: z.array(ConditionSchema).max(20).describe('All must hold.'),
    set: z
      .array(
        z.strictObject({
          target: z.enum(ruleTargets),
          from: z.enum(['text', 'group']).describe('`group`: what a named group of the patterns matched.'),
          value: words(500).describe('The text, or the name of the group.'),
        }),
      )
      .max(ruleTargets.length)
      .default([])
      .describe('Fields that the rule fills in where the message leaves them open.'),
    end: z.enum(ruleEnds).default('continue').describe('What follows when the rule matches.'),
  })
  .openapi('MailRule');

const rules = z.array(MailRuleSchema).max(mostRules);

export const RulesFormSchema = z.strictObject({ rules }).openapi('MailRulesForm');
export const RulesSchema = z
  .object({
    rules,
    shipped: z.array(MailRuleSchema).describe('Rules for usual monitors, to copy into `rules`.'),
  })
  .openapi('MailRules');

const FateSchema = z.object({
  disposition: z.enum(dispositions),
  reason: z.string().nullable(),
  category: z.string().nullable().describe('Category path of the new ticket. Null if no ticket would be created.'),
});

const TriedSchema = z
  .object({
    id: z.int(),
    from: z.string().nullable(),
    subject: z.string().nullable(),
    became: z
      .object({ disposition: z.enum(dispositions), reason: z.string().nullable() })
      .describe('What became of it.'),
    without: FateSchema.describe('What would become of it now without rules.'),
    with: FateSchema.describe('What would become of it now with these rules.'),
    matched: z.array(z.string()).describe('Names of the rules that match, in order.'),
    filled: z.record(z.string(), z.string()).describe('Fields that the rules fill in.'),
  })
  .openapi('TriedMessage');
export type Tried = z.output<typeof TriedSchema>;

export const TrialSchema = z
  .object({
    read: z.int().describe('Stored messages of the last 30 days that were tried, newest first, at most 200.'),
    skipped: z.int().describe('Messages that could not be tried, for example because the original is gone.'),
    items: z.array(TriedSchema).describe('Messages that a rule matches.'),
  })
  .openapi('RuleTrial');
