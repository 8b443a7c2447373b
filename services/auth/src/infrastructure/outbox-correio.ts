import { randomUUIDv7 } from 'node:crypto';
import type { EventStore } from '@plataforma/messaging';
import { seal } from '@plataforma/platform';
import { Correio, type NovaCarta } from '../application/ports.js';

/**
 * Hands letters to notificacoes by the outbox of what names people. A secret is sealed: neither the message, nor a table
 * or log that it passes through, shows it; only who sends the letter has the key (ADR 33).
 */
export class OutboxCorreio extends Correio {
  constructor(
    private readonly eventos: EventStore,
    private readonly chave: Buffer,
  ) {
    super();
  }

  async post({ tipo, para, segredo, expiraEm, origem }: NovaCarta): Promise<void> {
    const cartaId = randomUUIDv7();
    const data = {
      cartaId,
      usuarioId: para.id,
      tipo,
      nome: para.nome,
      email: para.email,
      idioma: para.idioma,
      ...(segredo !== undefined && { segredo: seal(segredo, this.chave, cartaId).toString('base64') }),
      ...(expiraEm && { expiraEm: expiraEm.toISOString() }),
      ...origem,
    };
    await this.eventos.append(`carta/${cartaId}`, [{ type: 'usuario.carta-pedida.v1', data }], 0);
  }
}
