/** A parent of embedded servers that a test may kill: starts them with the options in its argument, says so, and stays. */
import { startEmbedded } from '../../src/embedded/embedded.ts';
import { embeddedOptions } from '../../src/embedded/embedded-options.ts';

const servers = await startEmbedded(embeddedOptions.parse(JSON.parse(process.argv[2] ?? '{}')), () => undefined);
process.send?.({ databaseUrl: servers.databaseUrl, temporalAddress: servers.temporalAddress });
