export * from './area.js';
export * from './auth.js';
export * from './cache.js';
export * from './config.js';
export * from './cursor.js';
export * from './database.js';
export { etagOf, versionOf } from './etag.js';
export { failpoint, type Failpoint, FAILPOINTS } from './failpoint.js';
export { Lifecycle, type ReadinessCheck } from './health.js';
export { HttpExtension } from './http-extension.js';
export { Idempotente } from './idempotency.js';
export { Logger, redact } from './logger.js';
export { exposeMetrics, metrics } from './metrics.js';
export { migrate } from './migrations.js';
export { type Http, implementar, Operacao, type Pedido, type Resultado } from './operacao.js';
export { openApiDocument, withExamplesFrom } from './open-api.js';
export {
  isUnavailable,
  Problem,
  type ProblemOptions,
  problemSchema,
  type ProblemStatuses,
  statusesOf,
} from './problem.js';
export { MAX_REVOCATIONS, Revogacoes, REVOCATIONS_STREAM } from './revogacoes.js';
export { type Rota, rotasDe } from './routes.js';
export { type Contested, Rush } from './rush.js';
export { currentContext, type RequestContext, runInContext } from './request-context.js';
export { limitRole } from './session-limits.js';
export { seal, SealError, unseal } from './seal.js';
export {
  type AppOptions,
  createApp,
  PlatformModule,
  platformMigrations,
  runService,
  type ServiceConfig,
} from './service.js';
export {
  Upstream,
  type UpstreamAnswer,
  type UpstreamFile,
  type UpstreamOptions,
  UpstreamProblem,
  type UpstreamRequest,
} from './upstream.js';
export { Worker, type WorkerOptions } from './worker.js';
