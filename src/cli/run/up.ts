import { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { readConfig } from '../../config/config.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { adminTokenFile, createKeys } from '../../config/keys.ts';
import { hasEmbeddedDatabase } from '../../embedded/data/data-folder.ts';
import { outgoingWarnings } from '../../domain/outgoing/ways-out.ts';
import { smtpServerOf } from '../../mail/outgoing/smtp-server.ts';
import { printLine, printProgress } from '../shared/print.ts';
import { runService } from './run-service.ts';
import type { RunningService } from './start-all.ts';

export const upCommand = (): Command =>
  new Command('up')
    .summary('run everything on this machine')
    .description(
      'Runs worker and API, and PostgreSQL and Temporal where DATABASE_URL and TEMPORAL_ADDRESS name none. ' +
        'Data, keys and logs are in TSA_DATA_DIR. Ctrl-C stops it.',
    )
    .option('--json', 'one JSON object when it is ready', false)
    .action(async ({ json }: { readonly json: boolean }) => {
      const config = readConfig(readEnvironment());
      const keys = createKeys(config, { hasData: hasEmbeddedDatabase(config.dataDir) });
      const [{ startAll }, { readWaysOut }] = await Promise.all([
        import('./start-all.ts'),
        import('../../db/outgoing/ways-out.ts'),
      ]);
      await runService(async (context) => {
        const running = await startAll(config, keys, { throwAway: false }, context);
        printLine(json ? asJson(config, running) : asText(config, running));
        const warnings = outgoingWarnings(await readWaysOut(running.parts.database.db, smtpServerOf(config.smtpUrl)));
        for (const { message, remedy } of warnings) printProgress(`${message} ${remedy}`);
        return running;
      });
    });

const asJson = (config: Config, { apiUrl, temporalUiUrl, parts }: RunningService): string =>
  JSON.stringify({
    apiUrl,
    temporalUiUrl: temporalUiUrl ?? null,
    temporalAddress: parts.temporal.address,
    dataDir: config.dataDir,
    pid: process.pid,
  });

const asText = (config: Config, { apiUrl, temporalUiUrl }: RunningService): string =>
  [
    'TSA is running; Ctrl-C stops it.',
    `  admin page   ${apiUrl}`,
    `  API          ${apiUrl}/docs`,
    ...(temporalUiUrl === undefined ? [] : [`  Temporal     ${temporalUiUrl}`]),
    `  admin token  ${config.adminToken === undefined ? adminTokenFile(config) : 'as in TSA_ADMIN_TOKEN'}`,
    `  data         ${config.dataDir}`,
  ].join('\n');
