import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { observeTemporal } from '../../src/worker/temporal/observe-temporal.ts';
import { workflowBundle } from '../../src/worker/temporal/workflow-bundle.ts';
import { historiesFolder, historyFiles, recordedFiles } from './histories.ts';

const logger = pino({ level: 'silent' });
observeTemporal(logger);
const bundle = await workflowBundle(logger);
const tracedBundle = await workflowBundle(logger, { traced: true });
/** Takes the spans of a traced bundle, and nothing is done with them. */
const sinks = { exporter: { export: { fn: () => undefined, callDuringReplay: false } } };

/** What a release has started must go on under the next one (spec: a history that does not replay hangs its workflow). */
describe('the recorded histories', () => {
  it('are there for each scenario, and for nothing else', () => {
    expect(recordedFiles().toSorted()).toEqual(historyFiles.toSorted());
  });

  it.each(recordedFiles())('%s replays', async (file) => {
    const history: unknown = JSON.parse(readFileSync(path.join(historiesFolder, file), 'utf8'));
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).resolves.toBeUndefined();
  });

  it.each(recordedFiles())('%s replays once traces are switched on', async (file) => {
    const history: unknown = JSON.parse(readFileSync(path.join(historiesFolder, file), 'utf8'));
    await expect(Worker.runReplayHistory({ workflowBundle: tracedBundle, sinks }, history)).resolves.toBeUndefined();
  });

  it('would show a change that does not fit: another workflow fails on them', async () => {
    const text = readFileSync(path.join(historiesFolder, 'service-request-accepted-in-two-steps.json'), 'utf8');
    const history: unknown = JSON.parse(text.replaceAll('"openApproval"', '"closeRefused"'));
    await expect(Worker.runReplayHistory({ workflowBundle: bundle }, history)).rejects.toThrow();
  });
});
