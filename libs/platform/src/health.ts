import { Controller, Get, Header, HttpException, HttpStatus, Inject } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import {
  type HealthCheckResult,
  HealthCheckService,
  type HealthIndicatorFunction,
  HealthIndicatorService,
} from '@nestjs/terminus';
import { Publico } from './auth.js';
import { ApiOperation, ApiTags } from './documentation.js';
import { instancesOf } from './instances.js';
import { Logger } from './logger.js';
import { Problem } from './problem.js';
import { Worker } from './worker.js';

/** A dependency that the service looks at when it is asked whether it is ready. */
export interface ReadinessCheck {
  readonly name: string;
  /** Resolves when the dependency serves; rejects when not. */
  probe(): Promise<unknown>;
  /** Without it the service is slower, not wrong: reported as degraded, still ready. */
  readonly optional?: boolean;
}

export const READINESS_CHECKS = Symbol('READINESS_CHECKS');
const PROBE_TIMEOUT_MS = 2_000;

const withTimeout = async (work: Promise<unknown>): Promise<void> => {
  const timeout = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  await Promise.race([
    work,
    new Promise((_, reject) => timeout.addEventListener('abort', () => reject(new Error('sem resposta a tempo')))),
  ]);
};

/**
 * What anybody may be told of why something does not answer. Errors with a code are the system's or a server's, and their
 * words name hosts, databases and roles: those are for the log.
 */
const tellable = (error: Error & { readonly code?: unknown }): string =>
  typeof error.code === 'string' ? error.code : error.message;

/** Set when the process has been asked to stop: it takes no new traffic while it finishes what is in flight. */
export class Lifecycle {
  stopping = false;
  /** Set when the HTTP server is being closed: what still comes over a connection that was kept is refused. */
  closing = false;
  /** Until this no request goes on: the door is being closed, and what has come by then is answered afterwards. */
  held: Promise<void> | undefined;
}

/** What is asked of a process that stops; another one answers a moment later. */
export const shuttingDown = (): Problem =>
  new Problem(HttpStatus.SERVICE_UNAVAILABLE, 'servico.encerrando', 'O serviço está encerrando', {
    headers: { 'retry-after': '1' },
    state: true,
  });

@ApiTags('saude')
@Controller('health')
export class HealthController {
  /** What was in the way the last time; that of which nobody was told yet is ready, as of one that has started. */
  private missing = '';
  /** Why what does not answer does not, in its own words. */
  private readonly causes = new Map<string, string>();
  private readonly asking = new Map<ReadinessCheck, Promise<unknown>>();

  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(HealthIndicatorService) private readonly indicators: HealthIndicatorService,
    @Inject(READINESS_CHECKS) private readonly checks: readonly ReadinessCheck[],
    @Inject(Lifecycle) private readonly lifecycle: Lifecycle,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  @Get()
  @Publico()
  @ApiOperation({ summary: 'O processo está vivo' })
  live() {
    return { status: 'ok' };
  }

  /** Says which process is ready: whoever started one takes nobody else on its port for it. */
  @Get('ready')
  @Publico()
  @Header('x-processo', String(process.pid))
  @ApiOperation({ summary: 'O serviço e as dependências de que ele precisa respondem' })
  async ready() {
    if (this.lifecycle.stopping) throw shuttingDown();
    try {
      const result = await this.health.check([...this.checks, ...this.workers()].map((check) => this.indicator(check)));
      this.tell({});
      return result;
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      const { details, error: down } = error.getResponse() as HealthCheckResult;
      this.tell(down ?? {});
      throw new Problem(error.getStatus(), 'servico.dependencia-indisponivel', 'Uma dependência não responde', {
        headers: { 'retry-after': '1' },
        extensions: { dependencias: details },
        state: true,
      });
    }
  }

  /** Not being ready is a state: told when it changes, however often it is asked for. */
  private tell(down: object): void {
    const missing = Object.keys(down).sort().join();
    if (missing === this.missing) return;
    this.missing = missing;
    if (missing === '') this.logger.info('De novo pronto: todas as dependências respondem');
    else {
      const dependencias = Object.fromEntries(Object.keys(down).map((name) => [name, this.causes.get(name)]));
      this.logger.warn('Ainda não pronto: uma dependência não responde', { dependencias });
    }
  }

  /** Every worker of the application: one whose round does not end is a dependency that hangs, whatever it is. */
  private workers(): Worker[] {
    return instancesOf(this.modules, Worker);
  }

  /** Whoever asks while a dependency does not answer waits for the same answer: asking often must not use it up. */
  private ask(check: ReadinessCheck): Promise<unknown> {
    const asked = this.asking.get(check);
    if (asked) return asked;
    const answer = check.probe().finally(() => this.asking.delete(check));
    this.asking.set(check, answer);
    return answer;
  }

  private indicator(check: ReadinessCheck): HealthIndicatorFunction {
    return async () => {
      const session = this.indicators.check(check.name);
      try {
        await withTimeout(this.ask(check));
        return session.up();
      } catch (error) {
        const message = tellable(error as Error);
        this.causes.set(check.name, (error as Error).message);
        return check.optional ? session.degraded({ message }) : session.down({ message });
      }
    };
  }
}
