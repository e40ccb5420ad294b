/** The columns of the CSV file of each list, by their names in its header line. */
export const importColumns = {
  categories: { required: ['code', 'path', 'type', 'process'], optional: ['supportGroup', 'guid'] },
  employees: { required: ['name', 'address'], optional: ['employeeNumber', 'aliases', 'supportGroups', 'language'] },
  assets: { required: ['tag', 'name'], optional: [] },
  'configuration-items': { required: ['name'], optional: [] },
} as const;
export type ImportedList = keyof typeof importColumns;
