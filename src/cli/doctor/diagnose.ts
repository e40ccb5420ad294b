import { readFileSync } from 'node:fs';
import { readConfig, type Config } from '../../config/config.ts';
import { ConfigError } from '../../config/config-error.ts';
import { readEnvironment } from '../../config/env-file.ts';
import { hasEmbeddedDatabase } from '../../embedded/data/data-folder.ts';
import { runningAddresses } from '../../embedded/running.ts';
import { microsoftCloud } from '../../mail/microsoft/microsoft-cloud.ts';
import { smtpServerOf } from '../../mail/outgoing/smtp-server.ts';
import { createTokenSource } from '../../mail/microsoft/tokens.ts';
import { mailHostsOf } from '../shared/mail-hosts.ts';
import { checkDatabase, checkKeys, checkMailboxes, checkOpenIdConnect, checkTemporal } from './doctor-checks.ts';
import { checkOutgoing } from './check-outgoing.ts';
import { failed, note, ok, type Finding } from './doctor-report.ts';

/** Looks at each part in turn; throws only for what should not be. */
export async function diagnose(): Promise<readonly Finding[]> {
  let config: Config;
  try {
    config = readConfig(readEnvironment());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ variable, problem }) => {
      const [detail = problem, remedy = 'correct it'] = problem.split('; ', 2);
      return failed(variable, detail, remedy);
    });
  }
  return [ok('settings', `can be used; data folder ${config.dataDir}`), ...(await diagnoseParts(config))];
}

async function diagnoseParts(config: Config): Promise<readonly Finding[]> {
  const running = runningAddresses(config.dataDir);
  const databaseUrl = config.databaseUrl ?? running?.databaseUrl;
  const temporalAddress = config.temporalAddress ?? running?.temporalAddress;
  const hasRun = config.databaseUrl !== undefined || hasEmbeddedDatabase(config.dataDir);
  const { findings, keys } = checkKeys(config, hasRun);
  const database = databaseUrl === undefined ? notRunning('database') : await checkDatabase(databaseUrl);
  const temporal =
    temporalAddress === undefined
      ? notRunning('Temporal')
      : await checkTemporal(temporalAddress, config.temporalNamespace);
  const connection = {
    hosts: mailHostsOf(config, [databaseUrl, temporalAddress, config.temporalUiUrl]),
    tokens: createTokenSource({ cloud: microsoftCloud(config.microsoft) }),
    ...(config.caFile === undefined ? {} : { ca: readFileSync(config.caFile, 'utf8') }),
  };
  const mailboxes =
    databaseUrl !== undefined && keys !== undefined && database.status === 'ok'
      ? await checkMailboxes(databaseUrl, keys, connection)
      : [note('mailboxes', 'not looked at: that needs database and keys')];
  const smtp = smtpServerOf(config.smtpUrl);
  const outgoing = await checkOutgoing(smtp, database.status === 'ok' ? databaseUrl : undefined);
  return [
    ...findings,
    database,
    temporal,
    ...mailboxes,
    ...outgoing,
    ...(await checkOpenIdConnect(config.openIdConnect)),
  ];
}

const notRunning = (check: string): Finding => note(check, 'runs with tsa up, which does not run now');
