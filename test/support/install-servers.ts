import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { findChromium } from './chromium.ts';
import { hasPip } from './corpora.ts';
import { hasJava } from './time-skipping-server.ts';

interface Server {
  readonly packages: readonly string[];
  readonly isThere: () => boolean;
}

const servers: readonly Server[] = [
  { packages: ['dovecot-imapd'], isThere: () => existsSync('/usr/sbin/dovecot') },
  { packages: ['dovecot-pop3d'], isThere: () => existsSync('/usr/lib/dovecot/pop3') },
  { packages: ['dovecot-submissiond'], isThere: () => existsSync('/usr/lib/dovecot/submission') },
  { packages: ['chromium'], isThere: () => findChromium() !== undefined },
  { packages: ['default-jre-headless'], isThere: hasJava },
  { packages: ['python3-pip'], isThere: hasPip },
];

/** Tells Debian's packages to start no service: the tests start their own. */
const policy = '/usr/sbin/policy-rc.d';

/** As root on Debian or Ubuntu, installs what the tests lack, and says so; does nothing elsewhere. Never throws: what stays missing is told per test. */
export function installServers(): void {
  const packages = servers.filter(({ isThere }) => !isThere()).flatMap((server) => server.packages);
  if (packages.length === 0 || process.getuid?.() !== 0 || !isDebian()) return;
  console.log(`installing ${packages.join(', ')} with apt-get, for the tests (npm test -- --no-install declines)`);
  const hadPolicy = existsSync(policy);
  if (!hadPolicy) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // A fresh system has no package lists; old ones name versions that are gone.
    if (aptGet('update', '-qq') && aptGet('install', '-qq', '-y', '--no-install-recommends', ...packages)) return;
    console.log('apt-get failed; going on with what there is');
  } finally {
    if (!hadPolicy) rmSync(policy, { force: true });
  }
}

const isDebian = (): boolean =>
  existsSync('/etc/os-release') && /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));

const aptGet = (...args: string[]): boolean =>
  spawnSync('apt-get', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).status === 0;
