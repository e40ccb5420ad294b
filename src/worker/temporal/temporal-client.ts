import { Client, Connection, type WorkflowClientInterceptor } from '@temporalio/client';

export interface TemporalAddress {
  readonly address: string;
  readonly namespace: string;
}

export interface TemporalClientOptions {
  /** Of traces; absent: none. */
  readonly interceptor?: WorkflowClientInterceptor | undefined;
  /**
   * Whether the client itself repeats a call that fails; by default it does. Its repetitions outlive the connection, and end the process
   * when they find it closed: whoever has a clock of its own for that, and is stopped while Temporal is away, does without.
   */
  readonly repeats?: boolean;
}

/** @throws when no Temporal server answers there within ten seconds. */
export async function connectTemporal(
  { address, namespace }: TemporalAddress,
  { interceptor, repeats = true }: TemporalClientOptions = {},
): Promise<Client> {
  const connection = await Connection.connect({
    address,
    connectTimeout: '10 seconds',
    ...(repeats ? {} : { interceptors: [] }),
  });
  return new Client({
    connection,
    namespace,
    ...(interceptor === undefined ? {} : { interceptors: { workflow: [interceptor] } }),
  });
}
