import type { MailRule, RuleCondition, RuleTarget } from './mail-rule.ts';

const pattern = (field: 'subject' | 'text', value: string): RuleCondition => ({
  field,
  header: null,
  test: 'pattern',
  value,
});

const monitor = (
  name: string,
  conditions: readonly RuleCondition[],
  groups: Readonly<Partial<Record<RuleTarget, string>>>,
): MailRule => ({
  name,
  active: false,
  conditions,
  set: (Object.keys(groups) as RuleTarget[]).map((target) => ({ target, from: 'group', value: groups[target] ?? '' })),
  end: 'stop',
});

/**
 * Rules for the mails of usual monitors as they come with their own settings, to be switched on. Each fills in the configuration item
 * and the external reference, by which alarms of one thing are counted on one event; the category is the mailbox's.
 */
export const shippedRules: readonly MailRule[] = [
  monitor(
    'Nagios',
    [
      pattern(
        'subject',
        String.raw`^\*\* [A-Z]+ (?:Service|Host) Alert: (?P<alarm>(?P<host>[^/ ]+)(?:/.+?)?) is [A-Z]+ \*\*`,
      ),
    ],
    { configurationItem: 'host', externalReference: 'alarm' },
  ),
  monitor(
    'Zabbix',
    [
      pattern('text', String.raw`(?m)^Host: (?P<host>\S.*?)\s*$`),
      pattern('text', String.raw`(?m)^Original problem ID: (?P<problem>\d+)`),
    ],
    { configurationItem: 'host', externalReference: 'problem' },
  ),
  monitor(
    'PRTG',
    [pattern('subject', String.raw`^\[PRTG[^\]]*\] (?P<sensor>.+?) \((?P<device>[^)]+)\) (?:Down|Up|Warning|Unusual)`)],
    { configurationItem: 'device', externalReference: 'sensor' },
  ),
  monitor(
    'Alertmanager',
    [
      pattern('subject', String.raw`^\[(?:FIRING|RESOLVED)(?::\d+)?\] (?P<alert>\S+)`),
      pattern('text', String.raw`(?m)^\s*-?\s*instance = (?P<instance>\S+)`),
    ],
    { configurationItem: 'instance', externalReference: 'alert' },
  ),
  monitor(
    'SCOM',
    [
      pattern('text', String.raw`(?m)^Alert: (?P<alert>\S.*?)\s*$`),
      pattern('text', String.raw`(?m)^Path: (?P<path>\S+)`),
    ],
    { configurationItem: 'path', externalReference: 'alert' },
  ),
  monitor('cron', [pattern('subject', String.raw`^Cron <[^@>]+@(?P<host>[^>]+)> (?P<command>\S.*?)\s*$`)], {
    configurationItem: 'host',
    externalReference: 'command',
  }),
];
