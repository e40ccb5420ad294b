/** The steps of a message's way at which a test can stop the process dead: before and after each lasting effect. */
export const failpoints = [
  'raw_stored:before',
  'raw_stored:after',
  'effects_committed:before',
  'effects_committed:after',
  'read_reported:before',
  'mail_removed:before',
  'mail_removed:after',
  'removal_recorded:after',
  'removal_reported:before',
] as const;
export type FailpointName = (typeof failpoints)[number];

/** Called where a step begins or ends; does nothing in production. */
export type Failpoint = (name: FailpointName) => void;

export const noFailpoint: Failpoint = () => undefined;

/** Kills this process the way a power cut would, the first time `armed` is reached. For fault tests only. */
export const killAt =
  (armed: FailpointName): Failpoint =>
  (name) => {
    if (name === armed) process.kill(process.pid, 'SIGKILL');
  };
