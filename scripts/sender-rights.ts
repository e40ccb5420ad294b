import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { senderAuthentications } from '../src/domain/mailboxes/sender-authentication.ts';
import {
  requests,
  senderRights,
  standings,
  type Request,
  type Right,
  type Standing,
} from '../src/domain/handling/sender-rights.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
const file = new URL('../docs/administrators/processes.md', import.meta.url);
const begin = '<!-- sender rights: written by "npm run sender-rights:write" -->';
const end = '<!-- end of sender rights -->';

const headings: Readonly<Record<Standing, string>> = {
  person: 'A person, for themselves or on a ticket that they have to do with',
  trusted: 'A Trusted Sender, for somebody else or on any ticket',
  program: 'A mail that a program wrote',
  trusted_program: 'A mail that a program wrote, from a Trusted Sender',
};
const words: Readonly<Record<Request, string>> = {
  create: 'new ticket',
  file: 'reply or documents for a ticket',
  update: 'change of fields',
  category: 'another category',
  stop: '`STOP`',
  restart: '`RESTART`, or a reply that reopens a closed ticket',
  solve: '`SOLVE`',
  occurrence: 'another occurrence of an open event',
  recovery: 'end of an open event',
  choice: 'choice without a token',
  choice_with_token: 'choice with a token',
};
const rightWords: Readonly<Record<Right, string>> = {
  allowed: 'done',
  to_confirm: 'to confirm',
  filed: 'filed only',
  rejected: 'rejected',
};

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (standing: Standing): string =>
  [
    `${headings[standing]}:`,
    '',
    row(['asks for', ...senderAuthentications.map((authentication) => `\`${authentication}\``)]),
    row(['---', ...senderAuthentications.map(() => '---')]),
    ...requests.map((request) =>
      row([
        words[request],
        ...senderAuthentications.map((authentication) => rightWords[senderRights[standing][request][authentication]]),
      ]),
    ),
  ].join('\n');

const before = await readFile(file, 'utf8');
const from = before.indexOf(begin);
const to = before.indexOf(end);
if (from < 0 || to < from)
  throw new Error(`docs/administrators/processes.md has no place for the table: ${begin} … ${end}`);
const block = `${begin}\n\n${standings.map(table).join('\n\n')}\n\n`;
const after = await format(before.slice(0, from) + block + before.slice(to), {
  ...(await resolveConfig(file)),
  parser: 'markdown',
});

if (values.write === true) {
  await writeFile(file, after);
} else if (after !== before) {
  console.error(
    'docs/administrators/processes.md does not say what the code does: run "npm run sender-rights:write" and look at the difference.',
  );
  process.exitCode = 1;
}
