import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/embedded/embedded.ts';
import { searchAttributeTypes } from '../../src/workflows/shared/search-attributes.ts';
import { findChromium } from './chromium.ts';
import { hasPip } from './corpora.ts';
import { DovecotMissing, startDovecot, type Dovecot, type DovecotAddress } from './dovecot.ts';
import { hasSubmission } from './submission.ts';
import type { OptionalServer } from './provided.ts';
import { hasJava, timeSkippingServer } from './time-skipping-server.ts';

/** Starts the servers once for all test files. A runner that is killed leaves PostgreSQL and Temporal to their guardian. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const missing: Partial<Record<OptionalServer, string>> = {};
  const chromium = findChromium();
  if (chromium === undefined) missing.chromium = 'Chromium is not installed: on Debian run "apt-get install chromium"';
  else provide('chromium', chromium);

  if (!hasJava()) missing.timeSkipping = 'Java is not installed: on Debian run "apt-get install default-jre-headless"';
  else
    await timeSkippingServer().then(
      (program) => provide('timeSkipping', program),
      (error: unknown) => {
        missing.timeSkipping = `Temporal's test server: ${error instanceof Error ? error.message : String(error)}`;
      },
    );

  if (!hasPip()) missing.pip = 'pip is not installed: on Debian run "apt-get install python3-pip"';

  const dovecot = await dovecotIfInstalled();
  if (dovecot instanceof DovecotMissing) missing.dovecot = dovecot.message;
  if (!hasSubmission())
    missing.submission = 'Dovecot has no submission server: on Debian run "apt-get install dovecot-submissiond"';
  provide('missing', missing);

  const stop = async (): Promise<void> => {
    await Promise.all([embedded?.stop(), dovecot instanceof DovecotMissing ? undefined : dovecot.stop()]);
  };
  let embedded: Awaited<ReturnType<typeof startEmbedded>> | undefined;
  try {
    refuseSkips(missing);
    embedded = await startEmbedded(
      {
        dataDir: mkdtempSync(path.join(os.tmpdir(), 'tsa-test-')),
        namespace: 'default',
        searchAttributes: searchAttributeTypes,
        throwAway: true,
        fastTimers: true,
      },
      (text) => console.log(text),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  provide('postgresUrl', embedded.databaseUrl);
  provide('temporalAddress', embedded.temporalAddress);
  provide('temporalUiUrl', embedded.temporalUiUrl ?? '');
  if (!(dovecot instanceof DovecotMissing)) provide('dovecot', addressOf(dovecot));
  return stop;
}

/** In a check that counts (TSA_NO_SKIPS), a missing server is a failure. */
function refuseSkips(missing: Partial<Record<OptionalServer, string>>): void {
  const reasons = Object.values(missing);
  if (process.env['TSA_NO_SKIPS'] === '1' && reasons.length > 0) {
    throw new Error(`TSA_NO_SKIPS is set, and tests would be skipped: ${reasons.join('; ')}`);
  }
}

async function dovecotIfInstalled(): Promise<Dovecot | DovecotMissing> {
  try {
    return await startDovecot();
  } catch (error) {
    if (error instanceof DovecotMissing) return error;
    throw error;
  }
}

/** What can be sent to the test files: functions cannot. */
const addressOf = (dovecot: Dovecot): DovecotAddress => ({
  directory: dovecot.directory,
  host: dovecot.host,
  imapPort: dovecot.imapPort,
  pop3Port: dovecot.pop3Port,
  imapsPort: dovecot.imapsPort,
  pop3sPort: dovecot.pop3sPort,
  ca: dovecot.ca,
  uid: dovecot.uid,
  gid: dovecot.gid,
});
