import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { operacoesDeAuth } from '@plataforma/contracts';
import type { Http } from '@plataforma/platform';

/**
 * Of what this BFF does by itself, with no service behind it that would know of ended sessions: asks auth whether the
 * caller's is one. Its refusal is the answer.
 */
@Injectable()
export class SessaoViva implements CanActivate {
  private readonly usuarios;

  constructor(api: PlatformApi) {
    this.usuarios = api.cliente({ eu: operacoesDeAuth.usuarios.eu });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<Http['request']>();
    await this.usuarios.eu({ cabecalhos: forwardedHeaders(request) });
    return true;
  }
}
