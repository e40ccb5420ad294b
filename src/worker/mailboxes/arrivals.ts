/** Between two wakes, ms: a burst of mails is one or two reads. */
const pauseMs = 1_000;

export interface Arrivals {
  readonly came: () => void;
  /** Nothing is told any more. */
  readonly close: () => void;
}

/** Tells of the first arrival at once, and of those within the next second together when it is over. */
export const createArrivals = (tell: () => void): Arrivals => {
  let timer: NodeJS.Timeout | undefined;
  let more = false;
  const pause = (): void => {
    more = false;
    tell();
    timer = setTimeout(() => {
      timer = undefined;
      if (more) pause();
    }, pauseMs);
  };
  return {
    came() {
      if (timer === undefined) pause();
      else more = true;
    },
    close() {
      clearTimeout(timer);
      more = false;
    },
  };
};
