/**
 * The steps of a message's way at which a test can stop the process: before and after each lasting effect. `after` one step is also before
 * the next.
 */
export const failpoints = [
  'raw_stored:before',
  'raw_stored:after',
  /** All is written, nothing is committed. */
  'effects_committed:before',
  'effects_committed:after',
  'read_reported:before',
  /** The next activity of the mailbox begins. */
  'read_reported:after',
  'mail_removed:before',
  'mail_removed:after',
  'removal_recorded:after',
] as const;
export type FailpointName = (typeof failpoints)[number];

/** Called where a step begins or ends; does nothing in production. */
export type Failpoint = (name: FailpointName) => void;

export const noFailpoint: Failpoint = () => undefined;

/** Does `act` when `armed` is reached for the `occurrence`th time, from 1. For fault tests only. */
export function failAt(armed: FailpointName, occurrence: number, act: () => void): Failpoint {
  let reached = 0;
  return (name) => {
    if (name !== armed) return;
    reached += 1;
    if (reached === occurrence) act();
  };
}

/** Kills this process the way a power cut would. For fault tests only. */
export const killAt = (armed: FailpointName, occurrence = 1): Failpoint =>
  failAt(armed, occurrence, () => process.kill(process.pid, 'SIGKILL'));
