import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
}

/** @throws when no Temporal server answers there within ten seconds. */
export async function connectTemporal(
  { address, namespace }: TemporalAddress,
  interceptor?: WorkflowClientInterceptor,
): Promise<Client> {
  const connection = await Connection.connect({ address, connectTimeout: '10 seconds' });
  return new Client({
    connection,
    namespace,
    ...(interceptor === undefined ? {} : { interceptors: { workflow: [interceptor] } }),
  });
}
