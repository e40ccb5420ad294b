import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { ConfigError } from '../../src/config/config-error.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'tsa-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const notPem = path.join(folder, 'not.pem');
writeFileSync(notPem, 'hello');

const key = Buffer.alloc(32, 7).toString('base64');

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env, folder);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.split('\n');
  }
}

describe('an empty environment', () => {
  it('gives the defaults of one machine', () => {
    expect(readConfig({}, folder)).toEqual({
      databaseUrl: undefined,
      temporalAddress: undefined,
      temporalNamespace: 'default',
      dataDir: path.join(folder, '.tsa'),
      host: '127.0.0.1',
      port: 8080,
      secretKey: undefined,
      oldSecretKeys: [],
      adminToken: undefined,
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      dateFormat: 'dd/MM/yyyy',
      smtpUrl: undefined,
      logType: 'lt_All',
      logFile: path.join(folder, '.tsa', 'log', 'operations.log'),
      caFile: undefined,
      microsoft: {},
      traces: false,
      trustedProxies: [],
      mailHosts: [],
      embeddedPorts: { postgres: undefined, temporal: undefined, temporalUi: undefined },
    });
  });

  it('and OpenID Connect, once it is named, give where the provider sends browsers back to', () => {
    const config = readConfig(
      {
        TSA_OIDC_ISSUER: 'http://127.0.0.1:9/realm',
        TSA_OIDC_CLIENT_ID: 'tsa',
        TSA_OIDC_CLIENT_SECRET: 'secret',
        TSA_PUBLIC_URL: 'https://tsa.example.com/',
      },
      folder,
    );
    expect(config.openIdConnect).toEqual({
      issuer: 'http://127.0.0.1:9/realm',
      clientId: 'tsa',
      clientSecret: 'secret',
      rolesClaim: 'roles',
      redirectUrl: 'https://tsa.example.com/api/v1/sign-in/open-id-connect/callback',
    });
  });

  it('is what a variable without text means', () => {
    expect(readConfig({ TSA_PORT: '', DATABASE_URL: ' ' }, folder)).toEqual(readConfig({}, folder));
  });
});

describe('a value that fits', () => {
  const accepted: readonly [name: string, value: string, field: string, expected: unknown][] = [
    ['DATABASE_URL', 'postgres://u:p%40ss@db:5432/tsa', 'databaseUrl', 'postgres://u:p%40ss@db:5432/tsa'],
    ['DATABASE_URL', 'postgresql://db/tsa', 'databaseUrl', 'postgresql://db/tsa'],
    ['TEMPORAL_ADDRESS', 'temporal.example.com:7233', 'temporalAddress', 'temporal.example.com:7233'],
    ['TEMPORAL_ADDRESS', '[::1]:7233', 'temporalAddress', '[::1]:7233'],
    ['TSA_MAIL_HOSTS', '127.0.0.1, ::1', 'mailHosts', ['127.0.0.1', '::1']],
    ['TSA_MAIL_HOSTS', 'localhost', 'mailHosts', ['127.0.0.0/8', '::1']],
    ['TEMPORAL_NAMESPACE', 'support.a1b2c', 'temporalNamespace', 'support.a1b2c'],
    ['TSA_DATA_DIR', '/var/lib/tsa', 'dataDir', '/var/lib/tsa'],
    ['TSA_HOST', '::', 'host', '::'],
    ['TSA_PORT', '0', 'port', 0],
    ['TSA_SECRET_KEY', key, 'secretKey', new Uint8Array(32).fill(7)],
    ['TSA_ADMIN_TOKEN', '0123456789abcdef', 'adminToken', '0123456789abcdef'],
    ['TSA_TIME_ZONE', 'Europe/Paris', 'timeZone', 'Europe/Paris'],
    ['TSA_DATE_FORMAT', 'MM-dd-yyyy', 'dateFormat', 'MM-dd-yyyy'],
    ['SMTP_URL', 'smtps://u:p@mail:465', 'smtpUrl', 'smtps://u:p@mail:465'],
    ['TSA_LOG_TYPE', 'lt_Error', 'logType', 'lt_Error'],
    ['TSA_LOG_FILE', '/var/log/tsa.log', 'logFile', '/var/log/tsa.log'],
    [
      'TSA_MICROSOFT_AUTHORITY',
      'https://login.microsoftonline.us/',
      'microsoft.authority',
      'https://login.microsoftonline.us',
    ],
    ['TSA_MICROSOFT_GRAPH_URL', 'https://graph.microsoft.us', 'microsoft.graphUrl', 'https://graph.microsoft.us'],
    ['TSA_MICROSOFT_IMAP_HOST', 'outlook.office365.us', 'microsoft.imapHost', 'outlook.office365.us'],
    ['TSA_MICROSOFT_IMAP_PORT', '1993', 'microsoft.imapPort', 1993],
    [
      'TSA_MICROSOFT_IMAP_RESOURCE',
      'https://outlook.office365.us',
      'microsoft.imapResource',
      'https://outlook.office365.us',
    ],
    ['TSA_MICROSOFT_SMTP_HOST', 'smtp.office365.us', 'microsoft.smtpHost', 'smtp.office365.us'],
    ['TSA_MICROSOFT_SMTP_PORT', '1587', 'microsoft.smtpPort', 1587],
    ['TSA_POSTGRES_PORT', '5433', 'embeddedPorts', { postgres: 5433, temporal: undefined, temporalUi: undefined }],
  ];

  it.each(accepted)('%s=%s is taken', (name, value, field, expected) => {
    expect(readConfig({ [name]: value }, folder)).toHaveProperty(field, expected);
  });
});

describe('a value that does not fit', () => {
  const refused: readonly [name: string, value: string, problem: RegExp][] = [
    ['DATABASE_URL', 'localhost', /found no URL \(value not shown.*write postgres:/],
    ['DATABASE_URL', 'mysql://u:s3cret@db/tsa', /begins with mysql:\/\/; write postgres:/],
    ['DATABASE_URL', 'postgres://u:s3cret@db:99999/tsa', /cannot be read \(value not shown/],
    ['DATABASE_URL', 'postgres:///tsa', /without a host/],
    ['TEMPORAL_ADDRESS', 'http://temporal:7233', /found "http:.*write host:port without a scheme/],
    ['TEMPORAL_ADDRESS', 'temporal', /write host:port/],
    ['TEMPORAL_ADDRESS', 'temporal:70000', /write host:port/],
    ['TEMPORAL_NAMESPACE', 'a b', /found "a b"; write the name/],
    ['TSA_HOST', '127.0.0', /found "127\.0\.0"; write a host name/],
    ['TSA_HOST', '127.0.0.1:8080', /write a host name/],
    ['TSA_PORT', '80.5', /found "80\.5"; write a whole number/],
    ['TSA_PORT', '65536', /whole number from 0 to 65535/],
    ['TSA_SECRET_KEY', 's3cret', /write 32 bytes in base64/],
    ['TSA_SECRET_KEY', Buffer.from('s3cret').toString('base64'), /found 6 bytes; write 32 bytes/],
    ['TSA_SECRET_KEY', 's3cret!', /not base64/],
    ['TSA_OLD_SECRET_KEYS', `${key},s3cret!`, /key 2: found text that is not base64; write 32 bytes/],
    ['TSA_ADMIN_TOKEN', 's3cret', /found only 6 characters; write 16 or more/],
    ['TSA_ADMIN_TOKEN', 's3cret s3cret s3cret', /cannot hold/],
    ['TSA_TIME_ZONE', 'Paris', /found "Paris"; write an IANA time zone/],
    ['TSA_DATE_FORMAT', 'dd/mm/yyyy', /found "dd\/mm\/yyyy"; write dd, MM and yyyy/],
    ['TSA_DATE_FORMAT', 'ddMMyyyy', /write dd, MM and yyyy/],
    ['SMTP_URL', 'mail.example.com:25', /found no URL/],
    ['SMTP_URL', 'http://u:s3cret@mail', /begins with http:/],
    ['TSA_LOG_TYPE', 'all', /found "all"; write lt_All, lt_Error, lt_None/],
    ['TSA_CA_FILE', '/nowhere.pem', /cannot be read \(ENOENT\); write the path/],
    ['TSA_CA_FILE', notPem, /without a PEM certificate/],
    ['TSA_MICROSOFT_AUTHORITY', 'http://login.example.com', /found no https address.*write it as in https:/],
    ['TSA_MICROSOFT_GRAPH_URL', 'https://u:s3cret@graph.example.com', /found no https address/],
    ['TSA_MICROSOFT_IMAP_HOST', 'outlook.office365.us:993', /write a host name/],
    ['TSA_MICROSOFT_IMAP_RESOURCE', 'outlook.office365.us', /found no https address/],
    ['TSA_MAIL_HOSTS', '127.0.0.1, 10.0.0.1', /found "10.0.0.1"; write the loopback addresses/],
    ['TSA_MAIL_HOSTS', '0.0.0.0/0', /write the loopback addresses/],
    ['TSA_MAIL_HOSTS', 'mail.example.com', /write the loopback addresses/],
    ['TSA_OIDC_ISSUER', 'http://id.example.com', /write the https address of the issuer/],
    ['TSA_OIDC_ISSUER', 'https://u:s3cret@id.example.com', /write the https address of the issuer/],
    ['TSA_POSTGRES_PORT', 'x', /found "x"/],
    ['TSA_TEMPORAL_PORT', '-1', /found "-1"/],
    ['TSA_TEMPORAL_UI_PORT', '1e3', /found "1e3"/],
  ];

  it.each(refused)('%s=%s is refused with what was found and the remedy', (name, value, problem) => {
    const problems = problemsOf({ [name]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name}: `));
    expect(problems[0]).toMatch(problem);
  });

  it('is not repeated where it may be a secret', () => {
    for (const [name, value] of refused.filter(([, value]) => value.includes('s3cret'))) {
      expect(problemsOf({ [name]: value }).join()).not.toContain('s3cret');
    }
  });

  it('is told of what OpenID Connect still needs', () => {
    expect(problemsOf({ TSA_OIDC_ISSUER: 'https://id.example.com/x', TSA_OIDC_CLIENT_ID: 'tsa' })).toEqual([
      'TSA_OIDC_CLIENT_SECRET: is needed with TSA_OIDC_ISSUER, and not set',
      'TSA_PUBLIC_URL: is needed with TSA_OIDC_ISSUER, and not set',
    ]);
  });

  it('is reported together with the others', () => {
    expect(problemsOf({ TSA_PORT: 'x', TSA_LOG_TYPE: 'y' })).toHaveLength(2);
  });
});
