import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readConfig } from '../../src/config/config.ts';

const file = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), z.union([z.string(), z.number()])),
      healthcheck: z.unknown().optional(),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
      ports: z.array(z.string()).optional(),
      read_only: z.boolean().optional(),
      cap_drop: z.array(z.string()).optional(),
      security_opt: z.array(z.string()).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

/** As Compose does it, for the two forms that are used: `${NAME:-default}` and `${NAME:?error}`. */
const interpolated = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_, name: string, kind: string, rest: string) => {
    const value = env[name] ?? '';
    if (value === '' && kind === '?') throw new Error(`${name}: ${rest}`);
    return value === '' ? rest : value;
  });
const required = {
  POSTGRES_PASSWORD: 'p4ss',
  TSA_SECRET_KEY: Buffer.alloc(32, 7).toString('base64'),
  TSA_ADMIN_TOKEN: 'a'.repeat(32),
};
const read = (env: Readonly<Record<string, string>> = required) =>
  compose.parse(parse(interpolated(file('docker-compose.yml'), env), { merge: true }));

describe('docker-compose.yml', () => {
  it('has no default for a password or key', () => {
    for (const name of Object.keys(required)) expect(() => read({ ...required, [name]: '' })).toThrow(name);
  });

  it('starts the agent’s parts when what they need is healthy, with settings that they accept', () => {
    const { services } = read();
    expect(Object.keys(services).toSorted()).toEqual([
      'api',
      'migrate',
      'postgres',
      'temporal',
      'temporal-ui',
      'worker',
    ]);
    for (const part of ['migrate', 'worker', 'api']) {
      const { environment, command } = services[part] ?? { environment: {} };
      expect(command).toEqual([part]);
      const config = readConfig(
        Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
      );
      expect(config).toMatchObject({
        databaseUrl: 'postgres://tsa:p4ss@postgres:5432/tsa',
        temporalAddress: 'temporal:7233',
      });
    }
    for (const part of ['worker', 'api'])
      expect(services[part]?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
    for (const part of ['postgres', 'temporal', 'worker', 'api']) expect(services[part]).toHaveProperty('healthcheck');
  });

  it('S-23: gives the agent’s parts no capability and nothing to write but what they need', () => {
    for (const part of ['migrate', 'worker', 'api'])
      expect(read().services[part]).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      });
  });

  it('S-23: takes every image by its full version, and the worker’s metrics are this container’s alone', () => {
    const { services } = read();
    for (const { image } of Object.values(services))
      expect(image).toMatch(/^tsa:|:\d+\.\d+(\.\d+)?$|@sha256:[0-9a-f]{64}$/);
    for (const service of Object.values(services)) expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(services['worker']?.environment['TSA_WORKER_METRICS']).toBe('127.0.0.1:9464');
  });

  it('opens its ports on this machine only', () => {
    const ports = Object.values(read().services).flatMap((service) => service.ports ?? []);
    expect(ports).toHaveLength(2);
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('has an example that names what must be filled in', () => {
    const named = [...file('deploy/compose.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect(named).toEqual(expect.arrayContaining(Object.keys(required)));
  });
});

describe('the image', () => {
  it('S-23: has no demo mail server in it', () => {
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(file('package.json')));
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['hoodiecrow-imap']));
    expect(Object.keys(dependencies)).not.toEqual(expect.arrayContaining(['smtp-server']));
    expect(file('Dockerfile')).toContain('npm ci --omit=dev');
  });

  it('S-23: is built on the Node that is tested, by its full version or a digest, runs as nobody of note, and tells its health', () => {
    const dockerfile = file('Dockerfile');
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(file('node_modules/node/package.json')));
    expect(dockerfile).toContain(`ARG NODE_IMAGE=node:${version}-bookworm-slim`);
    expect(new Set([...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, from]) => from))).toEqual(
      new Set(['${NODE_IMAGE}', 'dependencies']),
    );
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toMatch(/^HEALTHCHECK .*scripts\/container-health\.mjs/m);
  });

  it('S-23: is healthy while the API or the worker’s metrics answer', async () => {
    await using server = await listening();
    const health = (env: Readonly<Record<string, string>>) =>
      new Promise((resolve) =>
        spawn(process.execPath, ['scripts/container-health.mjs'], { env, cwd: new URL('../..', import.meta.url) }).once(
          'close',
          resolve,
        ),
      );
    expect(await health({ TSA_PORT: String(server.port) })).toBe(0);
    expect(await health({ TSA_PORT: '1', TSA_WORKER_METRICS: `127.0.0.1:${String(server.port)}` })).toBe(0);
    expect(await health({ TSA_PORT: '1' })).toBe(1);
  });
});

const listening = async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, 'close');
    },
  };
};

describe('the systemd units', () => {
  const hasSystemd = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;
  it.each(['tsa', 'tsa-worker', 'tsa-api'])(
    '%s starts what there is, and is understood by systemd where there is one',
    (name) => {
      const unit = file(`deploy/systemd/${name}.service`);
      expect(unit).toMatch(/^ExecStart=\/usr\/bin\/env node \/opt\/tsa\/bin\/tsa\.mjs (up|worker|api)$/m);
      if (!hasSystemd) return;
      const path = new URL(`../../deploy/systemd/${name}.service`, import.meta.url).pathname;
      const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8' });
      expect(stderr.split('\n').filter((line) => line.includes(`${name}.service`))).toEqual([]);
      // S-23: systemd's own measure, 0 (nothing is open) to 10.
      const security = spawnSync('systemd-analyze', ['security', '--offline=true', path], { encoding: 'utf8' });
      expect(Number(/level for [^:]*: ([\d.]+)/.exec(security.stdout)?.[1])).toBeLessThan(3);
    },
  );
});
