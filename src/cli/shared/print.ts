/** To standard output: what was asked for. */
export const printLine = (text: string): void => void process.stdout.write(`${text}\n`);

/** To standard error: how it goes, so that it never mixes with `--json`. */
export const printProgress = (text: string): void => void process.stderr.write(`${text}\n`);
