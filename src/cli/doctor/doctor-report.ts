/** One thing that was looked at. */
export interface Finding {
  readonly check: string;
  /** `note`: not wrong, but good to know. */
  readonly status: 'ok' | 'note' | 'failed';
  readonly detail: string;
  /** What to do; null when there is nothing to. */
  readonly cure: string | null;
}

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail, cure: null });
export const note = (check: string, detail: string, cure: string | null = null): Finding => ({
  check,
  status: 'note',
  detail,
  cure,
});
export const failed = (check: string, detail: string, cure: string): Finding => ({
  check,
  status: 'failed',
  detail,
  cure,
});

const marks = { ok: 'ok    ', note: 'note  ', failed: 'FAILED' } as const;

export const reportText = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ check, status, detail, cure }) => [
      `${marks[status]}  ${check.padEnd(14)}  ${detail}`,
      ...(cure === null ? [] : [`${' '.repeat(24)}${cure}`]),
    ])
    .join('\n');
