/** Field in every mail that the agent sends; one that comes in with it came from an agent (spec §4). */
export const loopHeader = 'X-TSA-Loop';
