import type { MailRule, PatternSearch, RuleCondition, RuleTarget } from '../mailboxes/mail-rule.ts';
import type { Instruction, InstructionReading, Level } from '../messages/instruction.ts';
import { headerValues, type Message } from '../messages/message.ts';
import { soleSender, ticketReference } from './facts-query.ts';
import { warning } from './refusals.ts';
import { isTrustedSender } from '../mailboxes/trusted-senders.ts';

/** Longest texts that conditions look at, in UTF-16 units. */
const longest = { text: 20_000, short: 2_000 };

/** What the rules of a mailbox made of a mail. */
export interface RuledMail {
  readonly instruction: InstructionReading;
  /** Names of the rules that matched, in order. */
  readonly matched: readonly string[];
  /** The rule that ends the mail, and how; null for none. */
  readonly verdict: { readonly rule: string; readonly end: 'reject' | 'quarantine' } | null;
}

/**
 * Spec §14: fills in what the mail's variables leave open, by the rules in their order; the first that sets a field counts. A rule never
 * overrides a variable, never names an operation or a choice, and gives no rights: only a Trusted Sender speaks for others by it. On a
 * mail about a ticket that exists it sets nothing. Pure.
 */
export const applyRules = (
  { message, instruction }: { readonly message: Message; readonly instruction: InstructionReading },
  rules: readonly MailRule[],
  search: PatternSearch,
  trustedSenders: readonly string[],
): RuledMail => {
  const matched: string[] = [];
  const values = new Map<RuleTarget, string>();
  let verdict: RuledMail['verdict'] = null;
  for (const rule of rules) {
    if (!rule.active) continue;
    const groups = groupsOf(message, instruction, rule.conditions, search);
    if (groups === null) continue;
    matched.push(rule.name);
    for (const { target, from, value } of rule.set) {
      const found = (from === 'text' ? value : (groups[value] ?? '')).trim();
      if (found !== '' && !values.has(target)) values.set(target, found);
    }
    if (rule.end === 'reject' || rule.end === 'quarantine') verdict = { rule: rule.name, end: rule.end };
    if (rule.end !== 'continue') break;
  }
  const isNewTicket = ticketReference(message, instruction.instruction) === null;
  return {
    instruction: isNewTicket ? fill(instruction, values, isTrusted(message, trustedSenders)) : instruction,
    matched,
    verdict,
  };
};

const isTrusted = (message: Message, trustedSenders: readonly string[]): boolean =>
  isTrustedSender(soleSender(message)?.address ?? '', trustedSenders);

/** The named groups of all conditions together; null when one does not hold. */
const groupsOf = (
  message: Message,
  reading: InstructionReading,
  conditions: readonly RuleCondition[],
  search: PatternSearch,
): Readonly<Record<string, string>> | null => {
  const all: Record<string, string> = {};
  for (const condition of conditions) {
    const found = textsOf(message, reading, condition)
      .map((text) => holds(text, condition, search))
      .find((groups) => groups !== null);
    if (found === undefined) return null;
    Object.assign(all, found);
  }
  return all;
};

const textsOf = (
  message: Message,
  reading: InstructionReading,
  { field, header }: RuleCondition,
): readonly string[] => {
  const addresses = (of: Message['to']): readonly string[] => of.map(({ address }) => address);
  switch (field) {
    case 'sender':
      return addresses(message.from);
    case 'recipient':
      return addresses([...message.to, ...message.cc]);
    case 'subject':
      return [message.subject.slice(0, longest.short)];
    case 'header':
      return headerValues(message, (header ?? '').toLowerCase()).map((value) => value.trim().slice(0, longest.short));
    case 'text':
      return [(reading.ownBody ?? reading.bodyWithoutInstructions).slice(0, longest.text)];
  }
};

const holds = (
  text: string,
  { field, test, value }: RuleCondition,
  search: PatternSearch,
): Readonly<Record<string, string>> | null => {
  const [here, wanted] = [text.toLowerCase(), value.trim().toLowerCase()];
  switch (test) {
    case 'pattern':
      return search(value, text);
    case 'contains':
      return here.includes(wanted) ? {} : null;
    case 'equals': {
      const isDomain = (field === 'sender' || field === 'recipient') && !wanted.includes('@');
      return (isDomain ? here.slice(here.lastIndexOf('@') + 1) : here.trim()) === wanted ? {} : null;
    }
  }
};

const levels: Readonly<Record<string, Level>> = { '1': 1, high: 1, '2': 2, medium: 2, '3': 3, low: 3 };

const fill = (
  reading: InstructionReading,
  values: ReadonlyMap<RuleTarget, string>,
  trusted: boolean,
): InstructionReading => {
  const { instruction } = reading;
  const text = <Name extends RuleTarget>(name: Name): Instruction[Name] | string | null =>
    instruction[name] ?? values.get(name) ?? null;
  const level = (name: 'urgency' | 'impact'): Level | null =>
    instruction[name] ?? levels[values.get(name)?.toLowerCase() ?? ''] ?? null;
  const requestor = values.get('requestor')?.toLowerCase() ?? null;
  const mayAsk = trusted || requestor === null || instruction.requestor !== null;
  const wrongLevels = (['urgency', 'impact'] as const).filter(
    (name) => instruction[name] === null && values.has(name) && level(name) === null,
  );
  return {
    ...reading,
    instruction: {
      ...instruction,
      category: text('category'),
      urgency: level('urgency'),
      impact: level('impact'),
      origin: text('origin'),
      requestor: instruction.requestor ?? (mayAsk ? requestor : null),
      asset: text('asset'),
      configurationItem: text('configurationItem'),
      externalReference: text('externalReference'),
    },
    warnings: [
      ...reading.warnings,
      ...(mayAsk
        ? []
        : [
            warning(
              'rule_without_right',
              'REQUESTOR',
              `A rule names the requestor ${requestor}: only a Trusted Sender may speak for others.`,
            ),
          ]),
      ...wrongLevels.map((name) =>
        warning(
          'rule_value',
          name.toUpperCase(),
          `A rule found "${values.get(name) ?? ''}", which is none of 1, 2, 3, high, medium, low.`,
        ),
      ),
    ],
  };
};
