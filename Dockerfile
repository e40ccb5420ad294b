# One image for all parts: tsa migrate, tsa worker, tsa api. Nothing secret is in it; settings come by the environment.
# docs/operators/deploy.md says how to build on a digest.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
COPY patches patches
RUN npm ci --omit=dev --no-audit --no-fund

FROM dependencies AS build
RUN npm ci --no-audit --no-fund
COPY src src
RUN npm run build

FROM ${NODE_IMAGE}
ENV NODE_ENV=production TSA_DATA_DIR=/var/lib/tsa TSA_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY scripts/project-node.mjs scripts/container-health.mjs scripts/
COPY drizzle drizzle
COPY --from=build /app/dist dist
RUN install -d -o node -g node /var/lib/tsa
USER node
VOLUME /var/lib/tsa
EXPOSE 8080
STOPSIGNAL SIGTERM
# The API, or the worker's metrics where TSA_WORKER_METRICS names an address.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["node", "scripts/container-health.mjs"]
ENTRYPOINT ["node", "bin/tsa.mjs"]
CMD ["--help"]
