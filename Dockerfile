# One image for all parts: tsa migrate, tsa worker, tsa api. Nothing secret is in it; settings come by the environment.
FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
COPY scripts scripts
COPY patches patches
RUN npm ci --omit=dev --no-audit --no-fund

FROM dependencies AS build
RUN npm ci --no-audit --no-fund
COPY src src
RUN npm run build

FROM node:24-bookworm-slim
ENV NODE_ENV=production TSA_DATA_DIR=/var/lib/tsa TSA_HOST=0.0.0.0
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY bin bin
COPY scripts/project-node.mjs scripts/
COPY drizzle drizzle
COPY --from=build /app/dist dist
RUN install -d -o node -g node /var/lib/tsa
USER node
VOLUME /var/lib/tsa
EXPOSE 8080
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "bin/tsa.mjs"]
CMD ["--help"]
