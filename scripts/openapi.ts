import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { createApp } from '../src/api/app.ts';
import { openApiText } from '../src/api/system/openapi.ts';
import { connect } from '../src/db/shared/connect.ts';
import { createSecretBox } from '../src/db/mailboxes/secrets.ts';
import { createMimeReader } from '../src/mail/mime/mime.ts';
import { createMailViewer } from '../src/mail/mime/mail-viewer.ts';

const { values } = parseArgs({ options: { check: { type: 'boolean' }, write: { type: 'boolean' } } });
const file = new URL('../openapi.json', import.meta.url);

/** Only described, never asked: nothing here is connected to anything. */
const unasked = () => Promise.reject(new Error('The document is written without a request.'));
const app = createApp({
  db: connect('postgres://localhost/unasked').db,
  control: { wake: unasked, readNow: unasked, check: unasked, countFailedRuns: unasked },
  secretBox: createSecretBox([randomBytes(32)]),
  adminToken: '',
  workflowsUrl: null,
  openIdConnect: null,
  testConnection: unasked,
  mimeReader: createMimeReader(),
  mailViewer: createMailViewer(),
  readOptions: { timeZone: 'UTC', dateFormat: 'dd/MM/yyyy' },
  smtp: null,
  testSending: null,
  trustedProxies: [],
  logger: pino({ level: 'silent' }),
});

const text = openApiText(app);
if (values.write === true) {
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error('openapi.json is not what the code says: run "npm run openapi:write" and look at the difference.');
  process.exitCode = 1;
}
