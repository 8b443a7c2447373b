# One image per application: docker build --build-arg APP=services/reservas .
# APP is the folder of a workspace; the emulator (tools/stripe-emulator) is run by `node main.ts` instead.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# Only what npm needs to know, so that a change of sources does not install again.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /source
COPY . .
RUN mkdir /manifests \
  && tar cf - package.json package-lock.json .npmrc libs/*/package.json services/*/package.json bffs/*/package.json tools/*/package.json \
  | tar xf - -C /manifests

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci
COPY . .
ENV NX_DAEMON=false
RUN node_modules/.bin/nx run-many -t build --output-style=static

# The production dependencies of one application and of the libraries it uses.
FROM ${NODE_IMAGE} AS dependencies
ARG APP
WORKDIR /app
COPY --from=manifests /manifests ./
RUN test -n "${APP}" && npm ci --omit=dev --workspace="${APP}"

# What runs: the application and the libraries, compiled, without sources (but for the emulator, which is not compiled).
FROM build AS program
ARG APP
RUN mkdir /program \
  && tar cf - --exclude=libs/testing --exclude=node_modules --exclude='*.spec.*' --exclude='*.tsbuildinfo' --exclude='*/src' libs "${APP}" \
  | tar xf - -C /program

FROM ${NODE_IMAGE} AS runtime
ARG APP
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=dependencies /app /app
COPY --from=program /program /app
WORKDIR /app/${APP}
USER node
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=6 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "--import", "/app/libs/platform/otel.mjs", "--enable-source-maps", "dist/main.js"]
