import { createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { choosePorts } from '../../../src/embedded/processes/ports.ts';
import { listen } from '../../support/listen.ts';

describe('ports of the embedded servers', () => {
  it('are three different ones, and 0 is as good as none', async () => {
    const ports = await choosePorts({ postgres: 0 });
    expect(new Set(Object.values(ports)).size).toBe(3);
  });

  it('are those of the last run, as long as they are free', async () => {
    const last = await choosePorts({});
    expect(await choosePorts({}, last)).toEqual(last);
    const server = createServer();
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const next = await choosePorts({}, { ...last, temporal: port });
    expect(next).toEqual({ ...last, temporal: next.temporal });
    expect(next.temporal).not.toBe(port);
  });

  it('are refused when one is configured twice', async () => {
    const { postgres } = await choosePorts({});
    await expect(choosePorts({ postgres, temporal: postgres })).rejects.toThrow(
      `port ${postgres} on 127.0.0.1 is in use`,
    );
  });
});
