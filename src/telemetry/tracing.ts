import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResourcesSync, envDetectorSync, Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import type { WorkerOptions } from '@temporalio/worker';
import { withoutContents } from './without-contents.ts';

export interface Tracing {
  /** For a Temporal client: what it asks for belongs to the trace of who asked. */
  readonly client: WorkflowClientInterceptor;
  /** For a Temporal worker, whose bundle is a traced one. */
  readonly worker: Required<Pick<WorkerOptions, 'interceptors' | 'sinks'>>;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/**
 * Sends OpenTelemetry traces of this process by OTLP over HTTP, as JSON, to where the variables OTEL_EXPORTER_OTLP_* say, in the name that OTEL_SERVICE_NAME or OTEL_RESOURCE_ATTRIBUTES give, or `tsa`. To be called once a
 * process: the API's requests find it as the global provider.
 */
export const startTracing = (): Tracing => {
  const { attributes } = detectResourcesSync({ detectors: [envDetectorSync] });
  const resource = new Resource({ 'service.name': 'tsa', ...attributes });
  const spanProcessor = new BatchSpanProcessor(withoutContents(new OTLPTraceExporter()));
  const provider = new NodeTracerProvider({ resource, spanProcessors: [spanProcessor] });
  provider.register();
  return {
    client: new OpenTelemetryWorkflowClientInterceptor(),
    worker: {
      interceptors: { activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })] },
      sinks: { exporter: makeWorkflowExporter(spanProcessor, resource) },
    },
    async stop() {
      // A collector that is away is no reason to fail at the end.
      await provider.shutdown().catch(() => undefined);
    },
  };
};
