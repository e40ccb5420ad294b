import process from 'node:process';

/** Exit code 0 where what runs in this container answers: the API, or a worker's metrics. */
const { TSA_PORT = '8080', TSA_WORKER_METRICS } = process.env;
const metricsPort = TSA_WORKER_METRICS?.split(':').at(-1);
const urls = [
  `http://127.0.0.1:${TSA_PORT}/readyz`,
  ...(metricsPort === undefined ? [] : [`http://127.0.0.1:${metricsPort}/metrics`]),
];
const answers = await Promise.all(
  urls.map((url) =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ),
  ),
);
process.exit(answers.includes(true) ? 0 : 1);
