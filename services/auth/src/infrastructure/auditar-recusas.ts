import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Auditoria } from '@plataforma/messaging';
import { type Http, Logger } from '@plataforma/platform';
import { catchError, from, type Observable, switchMap, throwError } from 'rxjs';
import {
  CredenciaisInvalidas,
  ErroDeAuth,
  FatorIncorreto,
  ProvaIncorreta,
  SenhaAtualIncorreta,
} from '../domain/errors.js';
import { normalizarEmail } from '../domain/usuario.js';
import { UsuarioRepository } from '../application/ports.js';
import type { ChaveMestra } from './chave-mestra.js';
import { createHmac } from 'node:crypto';

/** Guesses, all of them behind the limiter: what it refuses itself is counted there. */
const PALPITES: readonly string[] = [
  CredenciaisInvalidas.code,
  SenhaAtualIncorreta.code,
  FatorIncorreto.code,
  ProvaIncorreta.code,
];

/**
 * Records in the audit log who could not prove who they are, however they tried: whose account it was, if there is one
 * (whoever asks, else whom the refusal names, else whose e-mail was given), and a keyed digest of the address. The same is done whether there is one or not.
 */
@Injectable()
export class AuditarRecusas implements NestInterceptor {
  private readonly chave: Buffer;

  constructor(
    private readonly auditoria: Auditoria,
    private readonly usuarios: UsuarioRepository,
    private readonly logger: Logger,
    mestra: ChaveMestra,
  ) {
    this.chave = mestra.derive('enderecos-auditados');
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          from(this.record(error, context.switchToHttp().getRequest<Http['request']>())).pipe(
            switchMap(() => throwError(() => error)),
          ),
        ),
      );
  }

  private async record(error: unknown, { body, ip, usuario }: Http['request']): Promise<void> {
    if (!(error instanceof ErroDeAuth)) return;
    const { code, contaId } = error;
    if (!PALPITES.includes(code) && contaId === undefined) return;
    try {
      const { email } = (body ?? {}) as { readonly email?: unknown };
      const conta = typeof email === 'string' ? await this.usuarios.findByEmail(normalizarEmail(email)) : undefined;
      const endereco = createHmac('sha256', this.chave).update(ip).digest('hex').slice(0, 16);
      await this.auditoria.record('sessao.recusada', {
        pessoaId: usuario?.id ?? contaId ?? conta?.usuario.id,
        dados: { codigo: code, endereco },
      });
    } catch (failure) {
      this.logger.error('Recusa não auditada', { error: failure });
    }
  }
}
