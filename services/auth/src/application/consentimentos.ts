import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ConsentimentoHttp, ConsentimentosHttp } from '@plataforma/contracts';
import { Auditoria, EventStore } from '@plataforma/messaging';
import { Database, Problem } from '@plataforma/platform';
import { FinalidadeInexistente, TextoDeConsentimentoMudou, UsuarioInexistente } from '../domain/errors.js';
import type { Idioma } from '../domain/usuario.js';

type Finalidade = ConsentimentoHttp['finalidade'];

/** As often in a day may one consent to the same: each time is a row for good, and news for others. To withdraw is free. */
const POR_DIA = 20;
const MOSTRADAS = 20;

export class ListarConsentimentos extends Query<ConsentimentosHttp> {
  constructor(
    readonly usuarioId: string,
    readonly idioma?: Idioma,
  ) {
    super();
  }
}

@QueryHandler(ListarConsentimentos)
export class ListarConsentimentosHandler implements IQueryHandler<ListarConsentimentos> {
  constructor(private readonly database: Database) {}

  /** What there is to agree to, and what the person said. @throws UsuarioInexistente */
  async execute({ usuarioId, idioma }: ListarConsentimentos): Promise<ConsentimentosHttp> {
    const itens = await this.database.query<ConsentimentoHttp>(
      `SELECT t.finalidade, ${texto('t')} AS texto, coalesce(h.itens -> 0 -> 'concedido' = 'true', false) AS concedido,
              coalesce(h.itens, '[]') AS historico
         FROM usuarios u JOIN LATERAL (
              SELECT DISTINCT ON (finalidade) * FROM textos_de_consentimento
               WHERE idioma = coalesce($2, u.idioma)
               ORDER BY finalidade, versao DESC) t ON true
         LEFT JOIN LATERAL (
              SELECT jsonb_agg(jsonb_build_object('concedido', c.concedido, 'em', ${INSTANTE}, 'texto', ${texto('m')})
                               ORDER BY c.sequencia DESC) AS itens
                FROM (SELECT * FROM consentimentos WHERE usuario_id = u.id AND finalidade = t.finalidade
                       ORDER BY sequencia DESC LIMIT ${MOSTRADAS}) c
                JOIN textos_de_consentimento m
                  ON m.finalidade = c.finalidade AND m.versao = c.texto_versao AND m.idioma = c.idioma) h ON true
        WHERE u.id = $1 ORDER BY t.finalidade`,
      [usuarioId, idioma ?? null],
    );
    if (itens.length === 0) throw new UsuarioInexistente();
    return { itens };
  }
}

const texto = (t: string) =>
  `jsonb_build_object('versao', ${t}.versao, 'idioma', ${t}.idioma, 'titulo', ${t}.titulo, 'texto', ${t}.texto)`;
const INSTANTE = `to_char(c.registrado_em AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** A person agrees to a purpose, in the words of `versao`, or does so no more. */
export class MudarConsentimento extends Command<void> {
  constructor(
    readonly usuarioId: string,
    readonly finalidade: Finalidade,
    readonly mudanca: { readonly concedido: boolean; readonly versao: number; readonly idioma?: Idioma | undefined },
  ) {
    super();
  }
}

interface Situacao {
  readonly idioma: Idioma;
  readonly atual: number | null;
  readonly sequencia: number | null;
  readonly concedido: boolean | null;
  readonly versao: number | null;
  readonly hoje: number;
}

@CommandHandler(MudarConsentimento)
export class MudarConsentimentoHandler implements ICommandHandler<MudarConsentimento> {
  constructor(
    private readonly database: Database,
    private readonly eventos: EventStore,
    private readonly auditoria: Auditoria,
  ) {}

  /**
   * What is so already stays as it was said first. Only the words of today can be agreed to; whichever were, one may
   * withdraw.
   * @throws UsuarioInexistente, FinalidadeInexistente, TextoDeConsentimentoMudou; Problem 429 when it was changed too often
   */
  execute({ usuarioId, finalidade, mudanca }: MudarConsentimento): Promise<void> {
    return this.database.transaction(async () => {
      const agora = await this.lock(usuarioId, finalidade);
      if (agora.atual === null) throw new FinalidadeInexistente();
      if (mudanca.concedido && mudanca.versao !== agora.atual) throw new TextoDeConsentimentoMudou(agora.atual);
      const igual = mudanca.concedido ? agora.concedido && agora.versao === mudanca.versao : !agora.concedido;
      if (igual) return;
      if (mudanca.concedido && agora.hoje >= POR_DIA)
        throw new Problem(429, 'auth.consentimento-mudado-demais', 'Este consentimento já mudou vezes demais hoje', {
          headers: { 'retry-after': '3600' },
        });
      // What is withdrawn is what was agreed to, in whatever words.
      const versao = mudanca.concedido ? mudanca.versao : (agora.versao ?? agora.atual);
      const sequencia = (agora.sequencia ?? 0) + 1;
      const [row] = await this.database.query<{ registrado_em: Date }>(
        `INSERT INTO consentimentos (usuario_id, finalidade, sequencia, concedido, texto_versao, idioma)
         VALUES ($1, $2, $3, $4, $5, $6) RETURNING registrado_em`,
        [usuarioId, finalidade, sequencia, mudanca.concedido, versao, mudanca.idioma ?? agora.idioma],
      );
      if (!row) throw new Error('O consentimento não foi gravado');
      const alteradoEm = row.registrado_em.toISOString();
      const data = { usuarioId, finalidade, concedido: mudanca.concedido, versaoDoTexto: versao, alteradoEm };
      await this.eventos.append(
        `consentimento/${usuarioId}/${finalidade}`,
        [{ type: 'consentimento.alterado.v1', data }],
        sequencia - 1,
      );
      await this.auditoria.record('consentimento.alterado', {
        pessoaId: usuarioId,
        alvo: `consentimento/${finalidade}`,
        dados: { concedido: mudanca.concedido, versaoDoTexto: versao },
      });
    });
  }

  /** One word of a person after the other. */
  private async lock(usuarioId: string, finalidade: string): Promise<Situacao> {
    const conta = await this.database.query('SELECT FROM usuarios WHERE id = $1 FOR NO KEY UPDATE', [usuarioId]);
    if (conta.length === 0) throw new UsuarioInexistente();
    const [agora] = await this.database.query<Situacao>(
      `SELECT u.idioma, (SELECT max(versao) FROM textos_de_consentimento WHERE finalidade = $2) AS atual,
              c.sequencia, c.concedido, c.texto_versao AS versao,
              (SELECT count(*)::int FROM consentimentos
                WHERE usuario_id = $1 AND finalidade = $2 AND registrado_em > now() - interval '1 day') AS hoje
         FROM usuarios u LEFT JOIN LATERAL (
              SELECT * FROM consentimentos WHERE usuario_id = u.id AND finalidade = $2 ORDER BY sequencia DESC LIMIT 1) c ON true
        WHERE u.id = $1`,
      [usuarioId, finalidade],
    );
    if (!agora) throw new UsuarioInexistente();
    return agora;
  }
}
