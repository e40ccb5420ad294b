import type { Level } from '../messages/instruction.ts';

/** What urgency and impact are when a mail names none: medium, so that silence neither alarms nor hides. */
export const defaultLevel: Level = 2;

/** 1 highest … 5 lowest, by urgency (outer) and impact (inner). */
const matrix: Readonly<Record<Level, Readonly<Record<Level, number>>>> = {
  1: { 1: 1, 2: 2, 3: 3 },
  2: { 1: 2, 2: 3, 3: 4 },
  3: { 1: 3, 2: 4, 3: 5 },
};

export const priorityOf = (urgency: Level, impact: Level): number => matrix[urgency][impact];
