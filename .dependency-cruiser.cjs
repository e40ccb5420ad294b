/** Who may import whom: the layers of src, and the rooms within a layer. Both come from rooms.json and stand as tables in ARCHITECTURE.md. */
const { layers } = require('./rooms.json');

/** A layer imports itself and what its row names; `imports: null` is a composition root, which wires everything. */
const layerRule = ([name, { imports }]) => ({
  name: `${name}-imports`,
  comment: imports.length === 0 ? 'Imports no other layer.' : `Imports ${imports.join(', ')} alone.`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: { path: '^src/', pathNot: [`^src/${name}/`, ...imports.map((path) => `^src/${path}`)] },
});

/** A room imports the rooms that stand behind it in the layer's list. */
const roomRules = ([name, { rooms }]) =>
  rooms.map((room, index) => ({
    name: `${name}-${room}-imports`,
    comment: 'Rooms import downwards: see the order in rooms.json.',
    severity: 'error',
    from: { path: `^src/${name}/${room}/` },
    to: { path: `^src/${name}/[^/]+/`, pathNot: rooms.slice(index).map((below) => `^src/${name}/${below}/`) },
  }));

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
    ...Object.entries(layers)
      .filter(([, { imports }]) => imports !== null)
      .map(layerRule),
    ...Object.entries(layers).flatMap(roomRules),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
