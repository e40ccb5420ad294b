import type { ApprovalRule } from './approval.ts';

/** Custom fields of a change request, written by its requestor or its group. */
export const changeFields = { risk: 'E_RISK', windowStart: 'E_WINDOW_START', windowEnd: 'E_WINDOW_END' } as const;

export type Risk = 'high' | 'normal';

/** `1` or `high`, in any case, is a high risk. A low risk has no word: a requestor must not write the board away. */
export const riskOf = (customFields: Readonly<Record<string, string>>): Risk =>
  ['1', 'high', 'élevé', 'haut'].includes((customFields[changeFields.risk] ?? '').trim().toLowerCase())
    ? 'high'
    : 'normal';

/** How the board decides: as its step says, and every member where the risk is high. */
export const boardRule = (risk: Risk, rule: ApprovalRule): ApprovalRule => (risk === 'high' ? 'all' : rule);
