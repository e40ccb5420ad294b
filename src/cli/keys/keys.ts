import process from 'node:process';
import { Command } from 'commander';
import { printLine } from '../shared/print.ts';

interface Options {
  readonly json: boolean;
}

export const keysCommand = (): Command =>
  new Command('keys')
    .summary('list or change the key of stored passwords')
    .description('The keys that passwords and client secrets of mailboxes are encrypted with. Without a command: list.')
    .addCommand(listCommand(), { isDefault: true })
    .addCommand(rotateCommand());

const listCommand = (): Command =>
  new Command('list')
    .summary('the keys, by id, and how many values each has encrypted')
    .description('Lists the keys by their ids, and how many stored values each has encrypted. Shows no key.')
    .option('--json', 'one JSON object', false)
    .action(async ({ json }: Options) => {
      const { listKeys, keysText } = await import('./list-keys.ts');
      const listed = await listKeys();
      printLine(json ? JSON.stringify(listed) : keysText(listed));
      if (listed.keys.some(({ role }) => role === 'missing')) process.exitCode = 1;
    });

const rotateCommand = (): Command =>
  new Command('rotate')
    .summary('make a new key and encrypt all values with it')
    .description(
      'Makes a new key and encrypts all stored values with it, in one transaction, while the agent runs. ' +
        'The key is in the data folder; run this with the settings, and as the user, of tsa up. ' +
        'Where TSA_SECRET_KEY is set, it changes nothing and tells the steps.',
    )
    .option('--json', 'the outcome as a JSON object', false)
    .action(async ({ json }: Options) => {
      const { rotateKeys, rotationText } = await import('./rotate-keys.ts');
      const rotation = await rotateKeys();
      printLine(json ? JSON.stringify(rotation) : rotationText(rotation));
    });
