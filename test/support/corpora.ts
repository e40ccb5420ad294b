import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDir } from '../../src/config/cache-dir.ts';
import { fetchJar } from './maven.ts';

const mime4j = {
  path: 'org/apache/james/apache-mime4j-core/0.8.11/apache-mime4j-core-0.8.11-tests.jar',
  sha256: '4944b2a747627ce5c3a15df7ed5b15f24430da86a6ea51a389d3387270a54a7a',
};
const mailParser = {
  requirement: 'mail-parser==4.8.0 --hash=sha256:602e659b159652d378b0f9cce2d682bee692bedae72687786e2b2e52eaeb9afc',
  archive: 'mail_parser-4.8.0.tar.gz',
  mails: 'mail_parser-4.8.0/tests/mails',
};

export const hasPip = (): boolean => spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' }).status === 0;

/**
 * The folder with the test mails of Apache James Mime4j (Apache License 2.0): `NAME.msg`, `NAME_decoded.xml` for what it is made of and
 * `NAME_decoded_…` for each body in it. Fetched once.
 */
export const mime4jMails = async (): Promise<string> => {
  const folder = path.join(cacheDir(), 'corpora', 'mime4j-0.8.11');
  if (existsSync(folder)) return folder;
  return unpacked(folder, async (into) => {
    const jar = await fetchJar(into, mime4j);
    execFileSync('python3', ['-m', 'zipfile', '-e', jar, into]);
  });
};

/** The test mails of mail-parser (Apache License 2.0), of PyPI: many of them are spam, and broken on purpose. Fetched once. */
export const mailParserMails = async (): Promise<readonly string[]> => {
  const folder = path.join(cacheDir(), 'corpora', 'mail-parser-4.8.0');
  if (!existsSync(folder))
    await unpacked(folder, (into) => {
      const list = path.join(into, 'requirements.txt');
      writeFileSync(list, mailParser.requirement);
      const download = [
        '-m',
        'pip',
        'download',
        '--quiet',
        '--no-deps',
        '--no-binary',
        ':all:',
        '-d',
        into,
        '-r',
        list,
      ];
      execFileSync('python3', download, { stdio: ['ignore', 'ignore', 'inherit'] });
      execFileSync('python3', ['-m', 'tarfile', '-e', path.join(into, mailParser.archive), into]);
      return Promise.resolve();
    });
  const mails = path.join(folder, mailParser.mails);
  return readdirSync(mails).map((name) => path.join(mails, name));
};

/** Made beside its place, so that one that was not finished is none. */
const unpacked = async (folder: string, make: (into: string) => Promise<void>): Promise<string> => {
  const partial = `${folder}.${String(process.pid)}`;
  mkdirSync(partial, { recursive: true });
  try {
    await make(partial);
    if (!existsSync(folder)) renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
};
