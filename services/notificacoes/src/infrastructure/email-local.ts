import type { Database } from '@plataforma/platform';
import {
  type Aceite,
  Canal,
  type Destino,
  type DestinoRepository,
  type Mensagem,
  NadaAEnviar,
} from '../application/ports.js';
import type { Multicast, ProvedorDePush } from './canal-de-push.js';

const ACEITE: Aceite = { provedor: 'local' };

/** The default without a provider: records what would be sent, once per delivery, where tests and people can read it. */
export class EmailLocal extends Canal<'EMAIL'> {
  override readonly tipo = 'EMAIL';

  constructor(private readonly database: Database) {
    super();
  }

  override async deliver({ id, para, conteudo }: Mensagem<'EMAIL'>): Promise<Aceite> {
    const { assunto, html, texto, calendario } = conteudo;
    await this.database.query(
      `INSERT INTO emails_locais (entrega_id, para_nome, para_email, assunto, html, texto, calendario)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [id, para.nome, para.email, assunto, html, texto, calendario?.ics ?? null],
    );
    return ACEITE;
  }
}

/** The same for what goes to phones and devices: one record for each that it would have gone to. */
async function record(
  database: Database,
  canal: 'SMS' | 'PUSH',
  { id, para, conteudo }: Mensagem<'SMS' | 'PUSH'>,
  destinos: readonly Destino[],
): Promise<void> {
  await database.query(
    `INSERT INTO envios_locais (entrega_id, destino_id, usuario_id, canal, meio, para, assunto, texto, caminho)
     SELECT $1, d.id, $2, $3, d.meio, d.endereco, $5, $6, $7
       FROM jsonb_to_recordset($4::jsonb) AS d(id uuid, meio text, endereco text) ON CONFLICT DO NOTHING`,
    [
      id,
      para.usuarioId,
      canal,
      JSON.stringify(destinos),
      conteudo.assunto,
      conteudo.texto,
      'caminho' in conteudo ? (conteudo.caminho ?? null) : null,
    ],
  );
}

export class SmsLocal extends Canal<'SMS'> {
  override readonly tipo = 'SMS';

  constructor(
    private readonly database: Database,
    private readonly destinos: DestinoRepository,
  ) {
    super();
  }

  override async deliver(mensagem: Mensagem<'SMS'>): Promise<Aceite> {
    const { destino } = mensagem.conteudo;
    const destinos = destino ? [destino] : await this.destinos.reachable(mensagem.para.usuarioId, 'SMS');
    if (destinos.length === 0) throw new NadaAEnviar();
    await record(this.database, 'SMS', mensagem, destinos);
    return ACEITE;
  }
}

export class PushLocal implements ProvedorDePush {
  readonly nome = ACEITE.provedor;

  constructor(
    readonly meio: 'FCM' | 'WEB_PUSH',
    private readonly database: Database,
  ) {}

  async send(mensagem: Mensagem<'PUSH'>, destinos: readonly Destino[]): Promise<Multicast> {
    await record(this.database, 'PUSH', mensagem, destinos);
    return { aceitos: destinos.length, mortos: [], falhas: [] };
  }
}
