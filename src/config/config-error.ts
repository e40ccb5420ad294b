export interface ConfigProblem {
  readonly variable: string;
  /** What was found and what to write instead. */
  readonly problem: string;
}

/** The environment is not usable; the message has one line a problem. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    super(problems.map(({ variable, problem }) => `${variable}: ${problem}`).join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
