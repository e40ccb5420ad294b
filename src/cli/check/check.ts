import { Command } from 'commander';
import process from 'node:process';
import { readConfig } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';

export const checkCommand = (): Command =>
  new Command('check')
    .summary('dry run: what the agent would make of mail files')
    .description(
      'Says what the agent would make of each mail file, without any server. What only the database knows is assumed: ' +
        'sender, ticket, category and equipment exist, and the sender may act on the ticket.',
    )
    .argument('<file...>', 'mail files (RFC 5322); - reads standard input')
    .option('--json', 'one JSON object a file, a line each', false)
    .option('--accept-curly-quotes', 'read ‘ ’ “ ” as apostrophes, as a mailbox can be set to', false)
    .action(
      async (files: readonly string[], options: { readonly json: boolean; readonly acceptCurlyQuotes: boolean }) => {
        const { timeZone, dateFormat } = readConfig(readEnvironment());
        const { runCheck } = await import('./run-check.ts');
        process.exitCode = await runCheck(
          files,
          { json: options.json, readOptions: { timeZone, dateFormat, acceptCurlyQuotes: options.acceptCurlyQuotes } },
          {
            stdin: process.stdin,
            out: (text) => void process.stdout.write(text),
            err: (text) => void process.stderr.write(text),
          },
        );
      },
    );
