import { Injectable } from '@nestjs/common';
import { Database } from '@plataforma/platform';
import { type Email, EmailSender } from '../application/ports.js';

/** The default without a provider: records what would be sent, once per delivery, where tests and people can read it. */
@Injectable()
export class LocalEmailSender extends EmailSender {
  constructor(private readonly database: Database) {
    super();
  }

  async send({ id, para, assunto, html, texto }: Email): Promise<void> {
    await this.database.query(
      `INSERT INTO emails_locais (entrega_id, para_nome, para_email, assunto, html, texto) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      [id, para.nome, para.email, assunto, html, texto],
    );
  }
}
