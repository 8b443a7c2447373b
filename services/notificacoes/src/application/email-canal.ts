import type { Avisos, Contato } from '../domain/entrega.js';
import { Canal, type EmailSender, type ModelosDeEmail } from './ports.js';

export class EmailCanal extends Canal {
  override readonly tipo = 'EMAIL';

  constructor(
    private readonly modelos: ModelosDeEmail,
    private readonly emails: EmailSender,
  ) {
    super();
  }

  override async deliver(id: string, avisos: Avisos, contato: Contato): Promise<string> {
    const email = { id, para: contato, ...this.modelos.write(avisos, contato) };
    await this.emails.send(email);
    return email.assunto;
  }
}
