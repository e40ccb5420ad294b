/** What `npm run build` made, where it runs from there; null where the sources run. The build writes this module anew. */
export const distFolder: URL | null = null;
