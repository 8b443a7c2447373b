# One image per application: npm run imagens, or docker build --build-arg APP=services/reservas .
# APP is the folder of a workspace; the emulator (tools/stripe-emulator) is run by `node main.ts` instead.
#
# What publishes (.github/workflows/imagens.yml) gives both bases by digest; what is said here is for a build by hand.

ARG NODE_IMAGE=node:24.21.0-bookworm-slim
# glibc and libstdc++, which is all that Node needs: no shell, no package manager.
ARG RUNTIME_IMAGE=gcr.io/distroless/cc-debian12:nonroot

# Only what npm needs to know, so that a change of sources does not install again.
FROM ${NODE_IMAGE} AS manifests
WORKDIR /source
COPY . .
RUN mkdir /manifests \
  && tar cf - package.json package-lock.json .npmrc libs/*/package.json services/*/package.json bffs/*/package.json apps/*/package.json tools/*/package.json \
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

# What runs; the same program assembles it where there is no Docker (npm run imagens -- --sem-docker).
FROM build AS program
ARG APP
COPY --from=dependencies /app /dependencies
RUN node tools/imagens/montar.mjs "${APP}" /app /dependencies /program && mkdir /fotos

FROM ${RUNTIME_IMAGE} AS runtime
ARG APP
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=build /usr/local/bin/node /usr/local/bin/node
COPY --from=program /program /app
# A new volume is whose the folder under it is: who runs may write there.
COPY --from=program --chown=65532:65532 /fotos /fotos
WORKDIR /app/${APP}
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=6 \
  CMD ["/usr/local/bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["/usr/local/bin/node", "--max-semi-space-size=4", "--import", "/app/libs/platform/otel.mjs", "dist/main.js"]
