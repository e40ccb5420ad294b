/** Who may do what through the API, weakest first: each may do all that those before it may. */
export const roles = ['reader', 'operator', 'administrator'] as const;
export type Role = (typeof roles)[number];

export const mayActAs = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);
