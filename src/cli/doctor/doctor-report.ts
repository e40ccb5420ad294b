/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  /** `note`: not wrong, but good to know. */
  readonly status: 'ok' | 'note' | 'failed';
  readonly detail: string;
  /** What to do; null when there is nothing to. */
  readonly remedy: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail, remedy: null });
export const note = (check: string, detail: string, remedy: string | null = null): Finding => ({
  check,
  status: 'note',
  detail,
  remedy,
});
export const failed = (check: string, detail: string, remedy: string): Finding => ({
  check,
  status: 'failed',
  detail,
  remedy,
});

const marks = { ok: 'ok    ', note: 'note  ', failed: 'FAILED' } as const;

export const reportText = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ check, status, detail, remedy }) => [
      `${marks[status]}  ${check.padEnd(14)}  ${detail}`,
      ...(remedy === null ? [] : [`${' '.repeat(24)}${remedy}`]),
    ])
    .join('\n');
