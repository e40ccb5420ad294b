import { readFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.ts';
import { backupCommand, restoreCommand } from './backup/backup.ts';
import { checkCommand } from './check/check.ts';
import { demoCommand } from './demo/demo.ts';
import { doctorCommand } from './doctor/doctor.ts';
import { keysCommand } from './keys/keys.ts';
import { mailtoCommand } from './mailto.ts';
import { apiCommand, migrateCommand, workerCommand } from './run/part-commands.ts';
import { upCommand } from './run/up.ts';

const failed = 1;
const wrongUsage = 2;

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')));

const commands = [
  upCommand(),
  demoCommand(),
  workerCommand(),
  apiCommand(),
  migrateCommand(),
  checkCommand(),
  mailtoCommand(),
  keysCommand(),
  doctorCommand(),
  backupCommand(),
  restoreCommand(),
];

const program = new Command('tsa')
  .description('Technical Support Agent: reads IT-support mailboxes and turns what arrives into tickets, exactly once.')
  .version(version)
  .addHelpText(
    'after',
    '\nSettings come from the environment and from .env in the working folder; tsa doctor checks them.',
  );

for (const command of commands) {
  for (const each of [command, ...command.commands]) each.exitOverride().showHelpAfterError('(--help says more)');
  program.addCommand(command);
}

try {
  await program.exitOverride().showHelpAfterError('(--help says more)').parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  // Commander has printed what it had to say; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongUsage;
  if (error instanceof ConfigError) {
    process.stderr.write(`tsa: the settings cannot be used\n${error.message.replaceAll(/^/gm, '  ')}\n`);
    return wrongUsage;
  }
  process.stderr.write(`tsa: ${explain(error)}\n`);
  return failed;
}

/** The message, what it was caused by, and the remedy where the error knows one; a stack says nothing to an administrator. */
function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${explain(error.cause)})` : '';
  const remedy = 'remedy' in error && typeof error.remedy === 'string' ? ` ${error.remedy}` : '';
  return `${error.message || error.name}${cause}${remedy}`;
}
