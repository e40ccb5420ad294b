/** What a rule of a mailbox looks at. `recipient`: any address of To and Cc; `text`: what the sender wrote, without what it quotes. */
export const ruleFields = ['sender', 'recipient', 'subject', 'header', 'text'] as const;
export type RuleField = (typeof ruleFields)[number];

/** `equals` and `contains` in any case; `pattern` in RE2 syntax. An address equals its domain, too. */
export const ruleTests = ['equals', 'contains', 'pattern'] as const;
export type RuleTest = (typeof ruleTests)[number];

export interface RuleCondition {
  readonly field: RuleField;
  /** Name of the header field; null unless `field` is `header`. */
  readonly header: string | null;
  readonly test: RuleTest;
  readonly value: string;
}

/** What a rule fills in where the mail says nothing. */
export const ruleTargets = [
  'category',
  'urgency',
  'impact',
  'origin',
  'requestor',
  'asset',
  'configurationItem',
  'externalReference',
] as const;
export type RuleTarget = (typeof ruleTargets)[number];

/** A fixed text, or what a named group of the rule's patterns matched. */
export interface RuleValue {
  readonly target: RuleTarget;
  readonly from: 'text' | 'group';
  readonly value: string;
}

/** What follows a rule that matched: the next one, none, or the end of the mail. */
export const ruleEnds = ['continue', 'stop', 'reject', 'quarantine'] as const;
export type RuleEnd = (typeof ruleEnds)[number];

/** A rule of a mailbox (spec §14): all conditions must hold. */
export interface MailRule {
  readonly name: string;
  readonly active: boolean;
  readonly conditions: readonly RuleCondition[];
  readonly set: readonly RuleValue[];
  readonly end: RuleEnd;
}

/** Looks for a pattern in a text, in time linear in its length; gives its named groups, null where it does not match. */
export type PatternSearch = (pattern: string, text: string) => Readonly<Record<string, string>> | null;

/** What a pattern may be: its named groups; or, in words, why it is none. */
export type PatternCheck = (
  pattern: string,
) => { readonly ok: true; readonly groups: readonly string[] } | { readonly ok: false; readonly because: string };

export const mostRules = 100;

/** A fault of a list of rules, and where it is. */
export interface RuleFault {
  /** 0-based. */
  readonly rule: number;
  readonly message: string;
}

/** What keeps rules from being saved; empty for none. */
export const faultsOfRules = (rules: readonly MailRule[], check: PatternCheck): readonly RuleFault[] =>
  rules.flatMap((rule, index) => {
    const patterns = rule.conditions.filter(({ test }) => test === 'pattern').map(({ value }) => check(value));
    const groups = patterns.flatMap((pattern) => (pattern.ok ? pattern.groups : []));
    const faults = [
      ...(rules.findIndex(({ name }) => name.toLowerCase() === rule.name.toLowerCase()) < index
        ? ['Another rule has this name.']
        : []),
      ...(rule.conditions.length === 0 ? ['A rule needs a condition.'] : []),
      ...(rule.set.length === 0 && rule.end === 'continue'
        ? ['The rule has no effect: set a field, or end the rules.']
        : []),
      ...patterns.flatMap((pattern) => (pattern.ok ? [] : [`The pattern cannot be used: ${pattern.because}`])),
      ...rule.conditions
        .filter(({ field, header }) => (field === 'header') !== (header !== null))
        .map(() => 'Name the header field, and for a header condition only.'),
      ...rule.set
        .filter(({ from, value }) => from === 'group' && !groups.includes(value))
        .map(({ value }) => `No pattern of the rule has a group ${value}: write (?P<${value}>…).`),
      ...rule.set
        .filter(({ target }, place) => rule.set.findIndex((one) => one.target === target) < place)
        .map(({ target }) => `The rule sets ${target} twice.`),
    ];
    return faults.map((message) => ({ rule: index, message }));
  });
