import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

export interface Pattern {
  readonly source: string;
  readonly flags: string;
  readonly file: string;
}

export const keyOf = ({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string => `/${source}/${flags}`;

const root = path.resolve(import.meta.dirname, '../..');

/** Where a pattern is put together when it is needed, from texts of our own: what it may look like. */
const madeWhenNeeded: Readonly<Record<string, readonly Pick<Pattern, 'source' | 'flags'>[]>> = {
  'src/instructions/values/dates.ts': [
    { source: 'd+', flags: 'u' },
    { source: '^(\\d{1,2})\\/(\\d{1,2})\\/(\\d{4})$', flags: 'u' },
  ],
  'src/mail/connection/mail-errors.ts': [{ source: '(^|\\[)EXPIRED\\b', flags: '' }],
};

/**
 * Every regular expression of src: the literals by the syntax tree, and what modules put together as they are loaded. Throws for one
 * that is put together within a function, unless it is named above.
 */
export async function collectPatterns(): Promise<readonly Pattern[]> {
  const literals: Pattern[] = [];
  const builders: string[] = [];
  for (const file of globSync('src/**/*.ts', { cwd: root }).toSorted()) {
    const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        literals.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1), file });
      }
      if (ts.isNewExpression(node) && node.expression.getText(source) === 'RegExp') {
        if (!isWithinFunction(node)) builders.push(file);
        else if (madeWhenNeeded[file] === undefined)
          throw new Error(`${file}: a regular expression that is made within a function; make it beside the function`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  const named = Object.entries(madeWhenNeeded).flatMap(([file, patterns]) =>
    patterns.map((pattern) => ({ ...pattern, file })),
  );
  return [...literals, ...named, ...(await builtAtLoad([...new Set(builders)]))];
}

const isWithinFunction = (node: ts.Node): boolean =>
  ts.findAncestor(node, (above) => ts.isFunctionLike(above)) !== undefined;

/** What these modules make of it while they load. */
async function builtAtLoad(files: readonly string[]): Promise<readonly Pattern[]> {
  const built: Pattern[] = [];
  const original = globalThis.RegExp;
  globalThis.RegExp = new Proxy(original, {
    construct(target, args: [string | RegExp, string?], newTarget) {
      const made = Reflect.construct(target, args, newTarget) as RegExp;
      // Of whoever calls: libraries that a module loads are not ours.
      const caller = new Error().stack
        ?.split('\n')
        .find((line) => line.includes(' at ') && !line.includes('patterns.ts'));
      const file = files.find((each) => caller?.includes(each));
      if (file !== undefined) built.push({ source: made.source, flags: made.flags, file });
      return made;
    },
  });
  try {
    for (const file of files) {
      await import(pathToFileURL(path.join(root, file)).href);
      if (!built.some((pattern) => pattern.file === file)) throw new Error(`${file} was loaded before`);
    }
  } finally {
    globalThis.RegExp = original;
  }
  return built;
}
