import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

export type SearchAttributeType = 'Keyword' | 'Datetime' | 'Int';
/** Name → type. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>;

/** temporal.api.enums.v1.IndexedValueType */
const typeNumber = { Keyword: 2, Int: 3, Datetime: 6 } as const satisfies Record<SearchAttributeType, number>;

export interface NamespaceOptions {
  /** `host:port` */
  readonly address: string;
  readonly namespace: string;
  readonly searchAttributes: SearchAttributeTypes;
}

/** A new search attribute is refused until the server's own parts have heard of it. */
const settleMs = 1_000;

/** Registers the search attributes that the namespace lacks. Throws when the server does not answer, or has no such namespace. */
export async function prepareNamespace(options: NamespaceOptions): Promise<void> {
  await withConnection(options.address, async (connection) => {
    const missing = await listMissing(connection, options);
    if (missing.length === 0) return;
    const searchAttributes = Object.fromEntries(missing.map(([name, type]) => [name, typeNumber[type]]));
    await connection.operatorService.addSearchAttributes({ namespace: options.namespace, searchAttributes });
    await sleep(settleMs);
  });
}

/** Names of the search attributes that the namespace lacks or has with another type. Throws like `prepareNamespace`. */
export async function missingSearchAttributes(options: NamespaceOptions): Promise<readonly string[]> {
  return withConnection(options.address, async (connection) =>
    (await listMissing(connection, options)).map(([name]) => name),
  );
}

/** What is wrong with a namespace that lacks some, in words; undefined when it has them all. `tsa migrate` is the remedy. */
export async function searchAttributesLacking(options: NamespaceOptions): Promise<string | undefined> {
  const missing = await missingSearchAttributes(options);
  return missing.length === 0
    ? undefined
    : `namespace ${options.namespace} lacks the search attributes ${missing.join(', ')}`;
}

async function listMissing(connection: Connection, { namespace, searchAttributes }: NamespaceOptions) {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.entries(searchAttributes).filter(([name, type]) => Number(customAttributes[name]) !== typeNumber[type]);
}

async function withConnection<T>(address: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address, connectTimeout: '5 seconds' });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}
