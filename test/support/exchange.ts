import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Dovecot, type DovecotOptions, startDovecot } from './dovecot.ts';

/** A Dovecot that takes tokens over XOAUTH2, as Exchange Online does, besides the usual password. Throws DovecotMissing. */
export async function startExchange(
  introspectionUrl: string,
  options: Pick<DovecotOptions, 'password' | 'settings'> = {},
): Promise<Dovecot> {
  const directory = await mkdtemp(join(tmpdir(), 'tsa-oauth2-'));
  await chmod(directory, 0o755);
  const oauth2 = join(directory, 'oauth2.conf.ext');
  await writeFile(oauth2, oauth2Conf(introspectionUrl));
  try {
    const dovecot = await startDovecot({ ...options, settings: `${xoauth2Settings(oauth2)}${options.settings ?? ''}` });
    return {
      ...dovecot,
      async stop() {
        await dovecot.stop();
        await rm(directory, { recursive: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true });
    throw error;
  }
}

const xoauth2Settings = (oauth2Conf: string): string => `
auth_mechanisms = plain xoauth2
passdb {
  driver = oauth2
  mechanisms = xoauth2
  args = ${oauth2Conf}
}
`;

/** The server asks the issuer whether a token is good (RFC 7662), and takes `sub` for the user. */
const oauth2Conf = (introspectionUrl: string): string => `
introspection_mode = post
introspection_url = ${introspectionUrl}
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = sub
`;
