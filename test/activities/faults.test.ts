import { setTimeout as sleep } from 'node:timers/promises';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../../src/activities/shared/faults.ts';
import { withHeartbeat } from '../../src/activities/shared/heartbeat.ts';

describe('a fault', () => {
  it.each([
    ['42P01', 'a table of another version'],
    ['42703', 'a column of another version'],
    ['42501', 'no right'],
    ['25006', 'read-only'],
    ['40P01', 'a deadlock'],
    ['55P03', 'a lock that takes too long'],
    ['57014', 'a statement that takes too long'],
    ['53100', 'a full disk'],
    ['XX001', 'damaged data'],
    ['28P01', 'a password'],
    ['72000', 'a snapshot that is too old'],
    ['2BP01', 'an object that others need'],
    ['ZZ999', 'a fault that nobody knows yet'],
  ])('R7: %s, %s, is never booked against a message', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(true);
  });

  it.each([
    ['22021', 'a text that is no UTF-8'],
    ['22003', 'a number out of range'],
    ['23514', 'a broken rule'],
    ['54000', 'a value that no index takes'],
  ])('R7: %s, %s, is the message’s own', (code) => {
    expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(false);
  });
});

describe('a heartbeat', () => {
  const beats = async (ping: () => Promise<void>): Promise<number> => {
    const environment = new MockActivityEnvironment();
    let count = 0;
    environment.on('heartbeat', () => {
      count += 1;
    });
    await environment.run(() => withHeartbeat(ping, () => sleep(2_500)));
    return count;
  };

  it.each([
    ['answers', () => Promise.resolve(), 1],
    ['refuses', () => Promise.reject(new Error('away')), 1],
    ['is silent', () => new Promise<void>(() => undefined), 0],
  ])('R6: means that the database %s or not', async (_, ping, expected) => {
    expect(await beats(ping)).toBe(expected);
  });
});
