import { Injectable } from '@nestjs/common';
import { Logger } from '@plataforma/platform';
import { UltimoAdministrador } from '../domain/errors.js';
import { papeisPeloProvedor } from '../domain/identidade-externa.js';
import { MudancaDePapeis } from './administrar-usuarios.js';
import type { PapeisDitos } from './ports.js';

/** The roles that a provider's mapping gives (ADR 40), to whoever has shown all that their account asks for. */
@Injectable()
export class PapeisPeloProvedor {
  constructor(
    private readonly mudanca: MudancaDePapeis,
    private readonly logger: Logger,
  ) {}

  /** The last one who administers keeps that. @throws UsuarioInexistente, ApagamentoEmAndamento */
  async dar(usuarioId: string, { provedor, ...ditos }: PapeisDitos): Promise<void> {
    if (ditos.governados.length === 0) return;
    try {
      await this.mudanca.mudar(usuarioId, (atuais) => papeisPeloProvedor(atuais, ditos), provedor);
    } catch (error) {
      if (!(error instanceof UltimoAdministrador)) throw error;
      this.logger.warn('O provedor tiraria o papel da última conta ADMIN; ela o mantém', { provedor });
    }
  }
}
