import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { importAssets, importCategories } from '../../../src/db/master-data/csv-import.ts';
import { importEmployees } from '../../../src/db/master-data/csv-import-employees.ts';
import { CsvImportError, type CsvProblem } from '../../../src/db/master-data/csv.ts';
import { loadSamples } from '../../../src/demo/samples.ts';
import { assets, categories, employeeAddresses, employees } from '../../../src/db/schema/index.ts';
import { useDatabase } from '../fixtures.ts';

const { db } = useDatabase();

const problemsOf = async (imported: Promise<unknown>): Promise<readonly CsvProblem[]> => {
  const error: unknown = await imported.then(
    () => null,
    (cause: unknown) => cause,
  );
  if (error instanceof CsvImportError) return error.problems;
  throw new Error('The import was not refused.', { cause: error });
};

const header = 'code,path,type,process,supportGroup\n';

describe('samples', () => {
  it('hold the page’s example and may be loaded again', async () => {
    const count = async () => [
      await db().$count(categories),
      await db().$count(employees),
      await db().$count(employeeAddresses),
      await db().$count(assets),
    ];
    const before = await count();
    await loadSamples(db());
    expect(await count()).toEqual(before);
    const paths = (await db().select().from(categories)).map(({ path }) => path);
    expect(paths).toContain('Incidents/Equipment/Other Peripherals/Smartphone');
  });
});

describe('import of categories', () => {
  it('creates, updates and leaves alone by code, in any case', async () => {
    expect(await importCategories(db(), `${header}NEW,A / B,event,P,\nprinter,Incidents/Printer,I,P,G\n`)).toEqual({
      created: 1,
      updated: 1,
    });
    expect(await importCategories(db(), `${header}NEW,A/B,E,P,\n`)).toEqual({ created: 0, updated: 0 });
    const imported = (await db().select().from(categories)).filter(({ code }) => ['NEW', 'printer'].includes(code));
    expect(imported).toMatchObject([
      { path: 'A/B', name: 'B', ticketType: 'E', supportGroup: null },
      { path: 'Incidents/Printer', name: 'Printer', supportGroup: 'G' },
    ]);
  });

  it.each([
    ['a column that is missing', 'code,path,type\nA,B,I\n', [{ line: 1, column: 'process' }]],
    ['a column that nobody knows', 'code,path,type,process,colour\n', [{ line: 1, column: 'colour' }]],
    ['an empty value', `${header}A,,I,P,\n`, [{ line: 2, column: 'path' }]],
    ['a type that nobody knows', `${header}A,B,I,P,\nC,D,problem,P,\n`, [{ line: 3, column: 'type' }]],
    ['a code that is there twice', `${header}A,B,I,P,\na,C,I,P,\n`, [{ line: 3, column: 'code' }]],
    ['a path with an empty name', `${header}A,B//C,I,P,\n`, [{ line: 2, column: 'path' }]],
    ['a path of another category', `${header}A,incidents/general,I,P,\n`, [{ line: 2, column: 'path' }]],
    ['a record that is too long', `${header}A,B,I,P,G,more\n`, [{ line: 2, column: null }]],
    [
      'each record of another length than the header',
      `${header}A,B,I,P,G,more\nC,D,I,P,G\nE,F\n`,
      [
        { line: 2, column: null },
        { line: 4, column: null },
      ],
    ],
    ['a quote that is left open', `${header}A,"B,I,P,G\n`, [{ column: null }]],
  ])('names line and column of %s', async (_name, csv, problems) => {
    expect(await problemsOf(importCategories(db(), csv))).toMatchObject(problems);
  });

  it('takes all or nothing', async () => {
    const before = await db().$count(categories);
    await problemsOf(importCategories(db(), `${header}GOOD,Good,I,P,\nBAD,Bad,?,P,\n`));
    expect(await db().$count(categories)).toBe(before);
  });
});

describe('import of employees', () => {
  const addressesOf = async (name: string) => {
    const people = await db().query.employees.findMany({ where: (t, { eq }) => eq(t.name, name) });
    const own = await db().select().from(employeeAddresses);
    return people.map(({ id }) =>
      own
        .filter(({ employeeId }) => employeeId === id)
        .map(({ address }) => address)
        .sort(),
    );
  };

  it('knows an employee by any address, and takes name and aliases from the file', async () => {
    const file = 'name,address,aliases,supportGroups\nAnna,Anna@aef.com,a@aef.com; anna@aef.com,B;A\nBo,bo@aef.com,,\n';
    expect(await importEmployees(db(), file)).toEqual({ created: 2, updated: 0 });
    expect(await importEmployees(db(), file)).toEqual({ created: 0, updated: 0 });
    expect(await importEmployees(db(), 'name,address\nAnne,a@aef.com\n')).toEqual({ created: 0, updated: 1 });
    expect(await addressesOf('Anna')).toEqual([]);
    expect(await addressesOf('Anne')).toEqual([['a@aef.com']]);
  });

  it.each([
    ['no mail address', 'name,address\nX,not an address\n', [{ line: 2, column: 'address' }]],
    [
      'an address of two lines',
      'name,address,aliases\nX,x@aef.com,\nY,y@aef.com,X@aef.com\n',
      [{ line: 3, column: 'aliases' }],
    ],
    [
      'two employees in one',
      'name,address,aliases\nX,fleblanc@aef.com,gsmith@aef.com\n',
      [{ line: 2, column: 'address' }],
    ],
    [
      'one employee in two lines',
      'name,address\nX,fleblanc@aef.com\nY,francoise.leblanc@aef.com\n',
      [{ line: 3, column: 'address' }],
    ],
  ])('refuses %s', async (_name, csv, problems) => {
    expect(await problemsOf(importEmployees(db(), csv))).toMatchObject(problems);
  });
});

describe('import of assets', () => {
  it('reads byte order mark, quotes, line ends of any system and texts that PostgreSQL cannot store', async () => {
    const file = '\ufeffname,tag\r\n"Screen, 27""",Q1\r\n\r\n" a\0b ",Q2\r\n';
    expect(await importAssets(db(), file)).toEqual({ created: 2, updated: 0 });
    const names = (await db().select().from(assets)).filter(({ tag }) => tag.startsWith('Q')).map(({ name }) => name);
    expect(names.sort()).toEqual(['Screen, 27"', 'a\ufffdb']);
  });
});

describe('a file as spreadsheet programs write it', () => {
  it.each([
    ['semicolons', 'tag;name\nX1;"Écran; 27"\n'],
    ['tabs', 'tag\tname\r\nX1\tÉcran; 27\r\n'],
    ['a byte order mark', '\uFEFFtag,name\nX1,Écran; 27\n'],
  ])('is read with %s', async (_what, csv) => {
    await importAssets(db(), csv);
    const imported = (await db().select().from(assets)).filter(({ tag }) => tag === 'X1');
    expect(imported).toMatchObject([{ name: 'Écran; 27' }]);
    await db().delete(assets).where(eq(assets.tag, 'X1'));
  });

  it('sets the language of employees, keeps it where it is empty, and refuses another one', async () => {
    const languageOf = async () =>
      (await db().select().from(employees)).find(({ name }) => name === 'Zoé')?.language ?? null;
    await importEmployees(db(), 'name;address;language\nZoé;zoe@example.com;FR\n');
    expect(await languageOf()).toBe('fr');
    expect(await importEmployees(db(), 'name;address;language\nZoé;zoe@example.com;\n')).toEqual({
      created: 0,
      updated: 0,
    });
    expect(await languageOf()).toBe('fr');
    expect(await problemsOf(importEmployees(db(), 'name;address;language\nZoé;zoe@example.com;de\n'))).toMatchObject([
      { line: 2, column: 'language' },
    ]);
  });
});
