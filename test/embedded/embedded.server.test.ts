import { existsSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import postgres from 'postgres';
import { describe, expect, inject, it, onTestFinished, vi } from 'vitest';
import { dataFolder } from '../../src/embedded/data/data-folder.ts';
import { DataFolderInUseError } from '../../src/embedded/data/data-lock.ts';
import { startEmbedded, type EmbeddedServers } from '../../src/embedded/embedded.ts';
import type { EmbeddedOptions } from '../../src/embedded/embedded-options.ts';
import { missingSearchAttributes } from '../../src/embedded/temporal/temporal-namespace.ts';
import { listen } from '../support/listen.ts';
import { embeddedIn, patience, privateFolder, processesOf, startFromOtherProcess, stillRunning } from './support.ts';

async function start(options: EmbeddedOptions, onProgress: (text: string) => void = () => undefined) {
  const servers = await startEmbedded(options, onProgress);
  onTestFinished(() => servers.stop());
  return servers;
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

async function withClient<T>(
  { temporalAddress }: Pick<EmbeddedServers, 'temporalAddress'>,
  work: (client: Client) => Promise<T>,
) {
  const connection = await Connection.connect({ address: temporalAddress });
  try {
    return await work(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

describe('embedded servers', () => {
  it('answer after the start, keep their data to themselves, and are gone after the stop', async () => {
    const dataDir = privateFolder();
    const servers = await start(embeddedIn(dataDir));
    expect(await query(servers.databaseUrl, 'select current_database() as name')).toEqual([{ name: 'tsa' }]);
    const found = {
      address: servers.temporalAddress,
      namespace: 'default',
      searchAttributes: { TsaTest: 'Keyword' },
    } as const;
    expect(await missingSearchAttributes(found)).toEqual([]);
    expect((await fetch(servers.temporalUiUrl ?? '')).status).toBe(200);
    const { guardian, servers: processes } = processesOf(dataDir);
    expect(stillRunning(processes)).toHaveLength(2);
    const { postgres: database, temporal, state } = dataFolder(dataDir);
    expect([database, temporal].map((folder) => statSync(folder).mode & 0o777)).toEqual([0o700, 0o700]);
    expect(statSync(state).mode & 0o777).toBe(0o600);
    await servers.stop();
    expect(stillRunning([guardian, ...processes])).toEqual([]);
    expect(existsSync(dataFolder(dataDir).lock)).toBe(false);
  });

  it('go on with their data, addresses and new search attributes at the next start', async () => {
    const dataDir = privateFolder();
    const first = await start(embeddedIn(dataDir));
    await query(first.databaseUrl, 'create table kept as select 42 as value');
    await withClient(first, (client) => client.workflow.start('any', { taskQueue: 'none', workflowId: 'kept' }));
    await first.stop();
    const second = await start({
      ...embeddedIn(dataDir),
      searchAttributes: { TsaTest: 'Keyword', TsaNew: 'Datetime' },
    });
    expect(second).toMatchObject({ databaseUrl: first.databaseUrl, temporalUiUrl: first.temporalUiUrl });
    expect(await query(second.databaseUrl, 'select value from kept')).toEqual([{ value: 42 }]);
    const status = await withClient(second, async (client) => {
      const value = { key: defineSearchAttributeKey('TsaNew', 'DATETIME'), value: new Date() };
      await client.workflow.start('any', { taskQueue: 'none', workflowId: 'new', typedSearchAttributes: [value] });
      return (await client.workflow.getHandle('kept').describe()).status.name;
    });
    expect(status).toBe('RUNNING');
  });

  it('are refused to a second start on the same folder, which hears who has it', async () => {
    const dataDir = privateFolder();
    const first = await start(embeddedIn(dataDir));
    const refusal = startEmbedded({ ...embeddedIn(dataDir), throwAway: true }, () => undefined);
    await expect(refusal).rejects.toThrow(DataFolderInUseError);
    await expect(refusal).rejects.toThrow(`${dataDir} is in use by process ${process.pid} since`);
    expect(await query(first.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('are waited for by a start that comes while they stop', async () => {
    const dataDir = privateFolder();
    const first = await start(embeddedIn(dataDir));
    const stopped = first.stop();
    const second = await start(embeddedIn(dataDir));
    await stopped;
    expect(await query(second.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('end even when their folder is gone', async () => {
    const dataDir = path.join(privateFolder(), 'data');
    const servers = await start(embeddedIn(dataDir));
    const { guardian, servers: processes } = processesOf(dataDir);
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    await servers.stop();
    expect(stillRunning([guardian, ...processes])).toEqual([]);
  });

  it('are started only where no address is given', async () => {
    const dataDir = privateFolder();
    const databaseUrl = inject('postgresUrl');
    const servers = await start({ ...embeddedIn(dataDir), databaseUrl });
    expect(servers.databaseUrl).toBe(databaseUrl);
    expect(processesOf(dataDir).servers).toHaveLength(1);
    const none = await start({ ...embeddedIn(privateFolder()), databaseUrl, temporalAddress: 'temporal:7233' });
    expect(none).toMatchObject({ databaseUrl, temporalAddress: 'temporal:7233', temporalUiUrl: undefined });
  });

  it('are not started on a configured port that is in use, and the error names the variable', async () => {
    const server = createServer();
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const dataDir = privateFolder();
    const refusal = startEmbedded({ ...embeddedIn(dataDir), ports: { temporalUi: port } }, () => undefined);
    await expect(refusal).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; stop what uses it, or set TSA_TEMPORAL_UI_PORT`,
    );
    expect(existsSync(dataFolder(dataDir).lock)).toBe(false);
  });

  it('leave nothing when the start is given up', async () => {
    const dataDir = path.join(privateFolder(), 'data');
    const aborting = new AbortController();
    const onProgress = () => aborting.abort(new Error('given up'));
    const refusal = startEmbedded({ ...embeddedIn(dataDir), throwAway: true }, onProgress, aborting.signal);
    await expect(refusal).rejects.toThrow('given up');
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe('a killed', () => {
  it('parent takes the servers along, and a folder that was to be thrown away', async () => {
    const dataDir = path.join(privateFolder(), 'data');
    const parent = await startFromOtherProcess({ ...embeddedIn(dataDir), throwAway: true });
    const { guardian, servers } = processesOf(dataDir);
    parent.process.kill('SIGKILL');
    await vi.waitFor(() => expect(stillRunning([guardian, ...servers])).toEqual([]), patience);
    expect(existsSync(dataDir)).toBe(false);
  });

  it('guardian is noticed by the parent, which stops the servers', async () => {
    const dataDir = privateFolder();
    const embedded = await start(embeddedIn(dataDir));
    const { guardian, servers } = processesOf(dataDir);
    process.kill(guardian.pid, 'SIGKILL');
    expect((await embedded.lost).message).toMatch(/guardian of the embedded servers was ended by SIGKILL/);
    expect(stillRunning(servers)).toEqual([]);
  });

  it('parent and guardian leave servers that the next start stops before it goes on with their data', async () => {
    const dataDir = privateFolder();
    const parent = await startFromOtherProcess(embeddedIn(dataDir));
    await query(parent.databaseUrl, 'create table kept as select 42 as value');
    const { guardian, servers } = processesOf(dataDir);
    process.kill(guardian.pid, 'SIGSTOP');
    parent.process.kill('SIGKILL');
    process.kill(guardian.pid, 'SIGKILL');
    await vi.waitFor(() => expect(stillRunning([guardian])).toEqual([]), patience);
    expect(stillRunning(servers)).toHaveLength(2);
    const next = await start(embeddedIn(dataDir));
    expect(stillRunning(servers)).toEqual([]);
    expect(await query(next.databaseUrl, 'select value from kept')).toEqual([{ value: 42 }]);
  });

  it.each([0, 1])('server ends the other one too, and the parent hears of it (%i)', async (index) => {
    const dataDir = privateFolder();
    const embedded = await start(embeddedIn(dataDir));
    const { guardian, servers } = processesOf(dataDir);
    for (const { pid } of servers.slice(index, index + 1)) process.kill(pid, 'SIGKILL');
    expect((await embedded.lost).message).toMatch(/^(PostgreSQL|Temporal) was ended by SIGKILL\. The end of .*\/log:/);
    await vi.waitFor(() => expect(stillRunning([guardian, ...servers])).toEqual([]), patience);
  });
});
