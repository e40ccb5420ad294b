/** What each folder may import; the table stands in ARCHITECTURE.md. */
const folder = (name, allowed, comment) => ({
  name: `${name}-imports`,
  comment,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: [`^src/${name}/`, ...allowed.map((path) => `^src/${path}`)] },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'src-knows-no-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^(test|bench)/' } },
    {
      name: 'domain-is-pure',
      comment: 'The domain imports nothing outside itself, not even Node.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'instructions-are-pure',
      comment: 'The grammar imports the domain and pure libraries; no Node module.',
      severity: 'error',
      from: { path: '^src/instructions/' },
      to: { dependencyTypes: ['core'] },
    },
    folder('instructions', ['domain/'], 'The grammar knows the domain.'),
    folder('config', [], 'The environment and nothing else.'),
    folder('mail', ['domain/', 'instructions/'], 'Adapters to mail servers know the domain.'),
    folder('db', ['domain/'], 'Adapters to PostgreSQL know the domain.'),
    folder(
      'workflows',
      ['domain/', 'instructions/', 'activities/contract.ts'],
      'Workflows see activities by their contract.',
    ),
    folder(
      'activities',
      ['domain/', 'instructions/', 'mail/', 'db/'],
      'Activities join mail, grammar, domain and database.',
    ),
    folder(
      'api',
      ['domain/', 'instructions/', 'db/', 'mail/', 'workflows/[^/]*[.]messages[.]ts'],
      'The API speaks to workflows by their messages only.',
    ),
    folder(
      'page',
      ['domain/', 'api/schemas/', 'api/http/problem.ts', 'db/log-list.ts'],
      'The admin page shares the domain, and the types of answers.',
    ),
    folder('embedded', ['config/'], 'Servers for one machine.'),
    folder('telemetry', [], 'OpenTelemetry and nothing of ours.'),
    folder('demo', ['domain/', 'instructions/', 'db/', 'mail/'], 'Sample mails, and a server for them.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
