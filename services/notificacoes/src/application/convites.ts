import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ConviteHttp, RespostaDeConvidado } from '@plataforma/contracts';
import { Database } from '@plataforma/platform';
import { ConviteDesconhecido, ConviteEncerrado, ConviteRespondido } from '../domain/errors.js';
import { LinkDoConvite } from './link-do-convite.js';
import { A_RESPONDER, ConvidadoRepository, type Convite } from './ports.js';

/** To what somebody was invited, for whoever holds the link. */
export class LerConvite extends Query<ConviteHttp> {
  constructor(readonly token: string) {
    super();
  }
}

@QueryHandler(LerConvite)
export class LerConviteHandler implements IQueryHandler<LerConvite> {
  constructor(
    private readonly database: Database,
    private readonly links: LinkDoConvite,
  ) {}

  /** @throws the errors of lerConvite */
  async execute({ token }: LerConvite): Promise<ConviteHttp> {
    return lerConvite(this.database, this.links.read(token));
  }
}

/** A guest says whether they come. */
export class ResponderConvite extends Command<void> {
  constructor(
    readonly token: string,
    readonly resposta: RespostaDeConvidado,
  ) {
    super();
  }
}

@CommandHandler(ResponderConvite)
export class ResponderConviteHandler implements ICommandHandler<ResponderConvite> {
  constructor(
    private readonly database: Database,
    private readonly convidados: ConvidadoRepository,
    private readonly links: LinkDoConvite,
  ) {}

  /** @throws the errors of lerConvite */
  async execute({ token, resposta }: ResponderConvite): Promise<void> {
    const convite = this.links.read(token);
    await this.database.transaction(async () => {
      if (convite && (await this.convidados.answer(convite, resposta))) return;
      await lerConvite(this.database, convite);
      throw new ConviteRespondido();
    });
  }
}

interface PerguntaRow {
  readonly aberta: boolean;
  readonly anfitriao: string | null;
}
interface HorarioRow {
  readonly espaco: string;
  readonly cidade: string;
  readonly fuso: string;
  readonly inicio: Date;
  readonly fim: Date;
}

/** @throws ConviteDesconhecido also of who was taken off the list, ConviteRespondido, ConviteEncerrado */
async function lerConvite(database: Database, convite: Convite | undefined): Promise<ConviteHttp> {
  if (!convite) throw new ConviteDesconhecido();
  const { convidadoId, reservaId, versao } = convite;
  const [pergunta] = await database.query<PerguntaRow>(
    `SELECT coalesce(g.pergunta = $3 AND g.resposta IS NULL, false) AS aberta,
            (SELECT c.nome FROM contatos c WHERE c.usuario_id = g.anfitriao) AS anfitriao
       FROM convidados g WHERE g.id = $1 AND g.reserva_id = $2 AND g.removido_em IS NULL`,
    [convidadoId, reservaId, versao],
  );
  if (!pergunta) throw new ConviteDesconhecido();
  if (!pergunta.aberta) throw new ConviteRespondido();
  const horarios = await database.query<HorarioRow>(
    `SELECT r.dados ->> 'espacoNome' AS espaco, r.dados ->> 'cidade' AS cidade, r.dados ->> 'fuso' AS fuso, r.inicio, r.fim
       FROM convidados g JOIN reservas_conhecidas r ON r.reserva_id = g.reserva_id
      WHERE g.id = $1 AND ${A_RESPONDER} ORDER BY r.inicio`,
    [convidadoId],
  );
  const [primeiro] = horarios;
  if (!primeiro) throw new ConviteEncerrado();
  const { espaco, cidade, fuso } = primeiro;
  return {
    espaco,
    cidade,
    fuso,
    anfitriao: pergunta.anfitriao,
    periodos: horarios.map(({ inicio, fim }) => ({ inicio: inicio.toISOString(), fim: fim.toISOString() })),
  };
}
