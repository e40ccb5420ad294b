import { readFacts } from '../../db/handling/facts.ts';
import { policyFor } from '../../db/handling/policy.ts';
import { findMailbox, type MailboxRecord } from '../../db/mailboxes/mailboxes.ts';
import { readRaw } from '../../db/messages/raw-messages.ts';
import { listForTrial, type StoredForTrial } from '../../db/messages/stored-for-trial.ts';
import { readSettings } from '../../db/settings/settings.ts';
import type { Tx } from '../../db/shared/connect.ts';
import { applyRules, type RuledMail } from '../../domain/handling/apply-rules.ts';
import { factsQueryFor } from '../../domain/handling/facts-query.ts';
import { judge } from '../../domain/handling/judge.ts';
import type { Plan } from '../../domain/handling/plan.ts';
import type { Policy } from '../../domain/handling/policy.ts';
import { ruleTargets, type MailRule } from '../../domain/mailboxes/mail-rule.ts';
import { searchPattern } from '../../instructions/patterns.ts';
import type { UnderstoodMail } from '../../mail/mime/understand.ts';
import type { ApiDeps } from '../http/deps.ts';
import type { Tried } from './mailbox-rules.schema.ts';

const mostTried = 200;

export interface Trial {
  readonly read: number;
  readonly skipped: number;
  readonly items: Tried[];
}

/**
 * What would become of the stored messages of the last 30 days with these rules, beside what became of them. Each is judged on the
 * facts of now, in a transaction that is rolled back: nothing is changed.
 */
export const tryRules = async (deps: ApiDeps, mailboxId: number, rules: readonly MailRule[]): Promise<Trial> => {
  const { db, mailViewer, readOptions } = deps;
  const mailbox = await findMailbox(db, mailboxId);
  // Mails that came in a row then do not come so now, and who was a stranger then is judged alone.
  const policy = { ...policyFor(mailbox, await readSettings(db)), loopLimit: 0, stormLimit: 0, strangersPerHour: 0 };
  const stored = await listForTrial(db, mailboxId, mostTried);
  const items: Tried[] = [];
  let skipped = 0;
  for (const message of stored) {
    const raw = await readRaw(db, message.id);
    const reading = { ...readOptions, acceptCurlyQuotes: mailbox.acceptCurlyQuotes };
    const mail = raw === null ? null : await mailViewer.understand(raw, reading);
    if (mail === null || message.disposition === null) {
      skipped += 1;
      continue;
    }
    const ruled = applyRules(mail, rules, searchPattern, policy.trustedSenders);
    if (ruled.matched.length === 0) continue;
    const unruled = { instruction: mail.instruction, matched: [], verdict: null };
    const fateOf = (by: RuledMail): Promise<Plan> => judgedAside(deps, { mail, message, mailbox, policy }, by);
    items.push({
      id: message.id,
      from: message.from,
      subject: message.subject,
      became: { disposition: message.disposition, reason: message.reason },
      without: fate(await fateOf(unruled)),
      with: fate(await fateOf(ruled)),
      matched: [...ruled.matched],
      filled: filledBy(mail, ruled),
    });
  }
  return { read: stored.length, skipped, items };
};

/** Thrown to leave a transaction without its changes. */
class RolledBack extends Error {
  override readonly name = 'RolledBack';
}

interface Given {
  readonly mail: UnderstoodMail;
  readonly message: StoredForTrial;
  readonly mailbox: MailboxRecord;
  readonly policy: Policy;
}

const judgedAside = async ({ db }: ApiDeps, given: Given, ruled: RuledMail): Promise<Plan> => {
  const found: { plan?: Plan } = {};
  try {
    await db.transaction(async (tx) => {
      found.plan = await judged(tx, given, ruled);
      throw new RolledBack();
    });
  } catch (error) {
    if (!(error instanceof RolledBack)) throw error;
  }
  if (found.plan === undefined) throw new Error('A message was judged without a plan.');
  return found.plan;
};

const judged = async (tx: Tx, { mail, message, mailbox, policy }: Given, ruled: RuledMail): Promise<Plan> => {
  const { instruction } = ruled;
  const facts = await readFacts(tx, {
    lookups: factsQueryFor(mail.message, instruction),
    // It is in the ledger itself, and no copy of itself.
    contentKey: null,
    senderAuthentication: message.senderAuthentication ?? 'none',
    vouched: false,
    mailbox,
    releasedCategoryId: null,
    arrivedAt: message.arrivedAt,
    now: new Date().toISOString(),
  });
  return judge({ ...mail, instruction, facts, verdict: ruled.verdict }, policy).plan;
};

const fate = (plan: Plan): Tried['with'] => ({
  disposition: plan.disposition,
  reason: plan.kind === 'refuse' ? plan.reason : null,
  category: plan.kind === 'create' ? plan.category.path : null,
});

const filledBy = ({ instruction: { instruction: before } }: UnderstoodMail, ruled: RuledMail): Record<string, string> =>
  Object.fromEntries(
    ruleTargets.flatMap((target) => {
      const after = ruled.instruction.instruction[target];
      return before[target] === null && after !== null ? [[target, String(after)]] : [];
    }),
  );
