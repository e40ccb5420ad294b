import { Command, InvalidArgumentError } from 'commander';
import process from 'node:process';
import { readConfig } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { dispositions } from '../../domain/messages/disposition.ts';

interface CheckFlags {
  readonly json: boolean;
  readonly acceptCurlyQuotes: boolean;
  readonly failOn: ReadonlySet<string>;
}

/** A comma-separated list; a word that is no disposition would never fail, and is refused. */
const dispositionSet = (list: string): ReadonlySet<string> => {
  const words = list.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !dispositions.some((known) => known === word));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`${JSON.stringify(unknown)} is none of ${dispositions.join(', ')}.`);
  return new Set(words);
};

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
    .option(
      '--fail-on <dispositions>',
      'exit 1 when a mail ends so, for example quarantined,rejected',
      dispositionSet,
      new Set(),
    )
    .action(async (files: readonly string[], options: CheckFlags) => {
      const { timeZone, dateFormat } = readConfig(readEnvironment());
      const { runCheck } = await import('./run-check.ts');
      process.exitCode = await runCheck(
        files,
        {
          json: options.json,
          failOn: options.failOn,
          readOptions: { timeZone, dateFormat, acceptCurlyQuotes: options.acceptCurlyQuotes },
        },
        {
          stdin: process.stdin,
          out: (text) => void process.stdout.write(text),
          err: (text) => void process.stderr.write(text),
        },
      );
    });
