export * from './area.js';
export * from './auth.js';
export * from './cache.js';
export * from './config.js';
export * from './cursor.js';
export * from './database.js';
export {
  ApiBadRequestResponse,
  ApiConsumes,
  ApiCookieAuth,
  ApiHeader,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPayloadTooLargeResponse,
  ApiProduces,
  ApiSecurity,
  ApiTags,
  ApiUnsupportedMediaTypeResponse,
} from './documentation.js';
export { etagOf, versionOf } from './etag.js';
export { failpoint, type Failpoint, FAILPOINTS, parseFailpoint } from './failpoint.js';
export { Folego } from './folego.js';
export { Lifecycle, type ReadinessCheck } from './health.js';
export { HttpExtension } from './http-extension.js';
export { Idempotente } from './idempotency.js';
export { Logger, redact } from './logger.js';
export { Measures } from './measures.js';
export { about, origins, subjectOf, traced, traceparentOf } from './origins.js';
export {
  exposeMetrics,
  type LabelBound,
  type MetricDefinition,
  metricCatalogue,
  metrics,
  processDefinitions,
} from './metrics.js';
export { migrate } from './migrations.js';
export { type Http, implementar, Operacao, type Pedido, type Resultado } from './operacao.js';
export type { TakesForm, TakesMore } from './border.js';
export { openApiDocument, withExamplesFrom } from './open-api.js';
export {
  crowded,
  isUnavailable,
  Problem,
  type ProblemOptions,
  problemSchema,
  type ProblemStatuses,
  statusesOf,
} from './problem.js';
export { isPublic } from './public-addresses.js';
export { failureOf, ForbiddenAddressError, PublicClient, type Resolve } from './public-client.js';
export { MAX_REVOCATIONS, Revogacoes, REVOCATIONS_STREAM } from './revogacoes.js';
export { type Rota, rotasDe } from './routes.js';
export { type Contested, Rush } from './rush.js';
export { Turnstile } from './turnstile.js';
export { currentContext, DepartedError, type RequestContext, runInContext } from './request-context.js';
export { limitRole } from './session-limits.js';
export { boxFor, newBoxKeys, openBox, seal, SealError, unseal } from './seal.js';
export { PlatformModule, platformMigrations, type ServiceConfig } from './platform-module.js';
export { runService } from './run-service.js';
export { type AppOptions, createApp } from './service.js';
export {
  Upstream,
  type UpstreamAnswer,
  type UpstreamFile,
  type UpstreamOptions,
  UpstreamProblem,
  type UpstreamRequest,
} from './upstream.js';
export { Worker, type WorkerOptions } from './worker.js';
