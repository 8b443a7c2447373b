import { randomUUIDv7 } from 'node:crypto';
import { Command, CommandHandler, type ICommandHandler, type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type FiltroDaLinhaHttp,
  type NotificacoesHttp,
  type ParteDaLinhaHttp,
  pode,
  type ProximoHttp,
} from '@plataforma/contracts';
import { Auditoria, momentos, MOMENTOS_DE_EVENTOS } from '@plataforma/messaging';
import { Database, type Usuario } from '@plataforma/platform';
import { CANAIS, type Contato, type TipoDeCanal } from '../domain/entrega.js';
import { type Consentimento, EntregaRepository, type NovaEntrega } from './ports.js';

/** How a person can be reached, as their `versao`-th message tells it. */
export class RegistrarContato extends Command<void> {
  constructor(
    readonly contato: Contato,
    readonly versao: number,
  ) {
    super();
  }
}

@CommandHandler(RegistrarContato)
export class RegistrarContatoHandler implements ICommandHandler<RegistrarContato> {
  constructor(private readonly entregas: EntregaRepository) {}

  async execute({ contato, versao }: RegistrarContato): Promise<void> {
    await this.entregas.saveContato(contato, versao);
  }
}

/** What a person agrees to, as their `versao`-th word on the purpose says. */
export class RegistrarConsentimento extends Command<void> {
  constructor(
    readonly consentimento: Consentimento,
    readonly versao: number,
  ) {
    super();
  }
}

@CommandHandler(RegistrarConsentimento)
export class RegistrarConsentimentoHandler implements ICommandHandler<RegistrarConsentimento> {
  constructor(private readonly entregas: EntregaRepository) {}

  execute({ consentimento, versao }: RegistrarConsentimento): Promise<void> {
    return this.entregas.saveConsentimento(consentimento, versao);
  }
}

/** Somebody is to be told something, in each channel, or in these: recorded in the caller's transaction, and sent by its worker. */
export class Avisar extends Command<void> {
  constructor(
    readonly entrega: Omit<NovaEntrega, 'id' | 'canal'>,
    readonly canais: readonly TipoDeCanal[] = CANAIS,
  ) {
    super();
  }
}

@CommandHandler(Avisar)
export class AvisarHandler implements ICommandHandler<Avisar> {
  constructor(private readonly entregas: EntregaRepository) {}

  async execute({ entrega, canais }: Avisar): Promise<void> {
    for (const canal of canais) await this.entregas.insert({ id: randomUUIDv7(), canal, ...entrega });
  }
}

/** An operator has a notice that was given up tried anew; what it says is looked at again when it leaves. */
export class ReenviarAviso extends Command<void> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(ReenviarAviso)
export class ReenviarAvisoHandler implements ICommandHandler<ReenviarAviso> {
  constructor(
    private readonly database: Database,
    private readonly entregas: EntregaRepository,
    private readonly auditoria: Auditoria,
  ) {}

  /** @throws AvisoInexistente, AvisoNaoSeReenvia */
  async execute({ id }: ReenviarAviso): Promise<void> {
    await this.database.transaction(async () => {
      await this.entregas.resend(id);
      await this.auditoria.record('aviso.reenviado', { alvo: `notificacao/${id}` });
    });
  }
}

export class ListarAvisos extends Query<NotificacoesHttp> {
  constructor(
    readonly reservaId: string,
    readonly usuario: Usuario,
  ) {
    super();
  }
}

@QueryHandler(ListarAvisos)
export class ListarAvisosHandler implements IQueryHandler<ListarAvisos> {
  constructor(private readonly entregas: EntregaRepository) {}

  /** About a booking, oldest first; a client sees its own only. */
  async execute({ reservaId, usuario }: ListarAvisos): Promise<NotificacoesHttp> {
    const veTudo = pode(usuario, 'notificacoes.ver:todos');
    return { itens: await this.entregas.ofBooking(reservaId, veTudo ? undefined : usuario.id) };
  }
}

/** What was sent to whoever integrates with the house, and that it is about the booking; by an index (migration 0291). */
const DE_GANCHOS = 'eventos_de_gancho v JOIN entregas_de_gancho e ON e.evento_id = v.id';
const DA_RESERVA = `v.corpo::jsonb #>> '{data,reservaId}' = $1::text`;

/** What was told about a booking, and what is still to be sent. */
export class ConsultarLinhaDoTempo extends Query<ParteDaLinhaHttp> {
  constructor(
    readonly reservaId: string,
    readonly filtro: FiltroDaLinhaHttp,
  ) {
    super();
  }
}

@QueryHandler(ConsultarLinhaDoTempo)
export class ConsultarLinhaDoTempoHandler implements IQueryHandler<ConsultarLinhaDoTempo> {
  constructor(private readonly database: Database) {}

  async execute({ reservaId, filtro }: ConsultarLinhaDoTempo): Promise<ParteDaLinhaHttp> {
    const [pagina, proximos] = await Promise.all([
      momentos(
        this.database,
        'notificacoes',
        filtro,
        `${MOMENTOS_DE_EVENTOS} WHERE e.fluxo IN (SELECT 'notificacao/' || n.id FROM entregas n WHERE n.reserva_id = $1)
         UNION ALL
         SELECT n.criada_em, n.id::text, 'AVISO', n.tipo,
                jsonb_build_object('canal', n.canal, 'estado', n.estado, 'tentativas', n.tentativas, 'motivo', n.motivo), NULL, NULL
           FROM entregas n WHERE n.reserva_id = $1
         UNION ALL
         SELECT t.feita_em, 'gancho-' || t.entrega_id || '-' || t.numero, 'GANCHO', v.tipo,
                jsonb_build_object('ganchoId', e.gancho_id, 'tentativa', t.numero, 'status', t.status, 'erro', t.erro),
                NULL, v.corpo::jsonb ->> 'correlationid'
           FROM ${DE_GANCHOS} JOIN tentativas_de_gancho t ON t.entrega_id = e.id WHERE ${DA_RESERVA}`,
        [reservaId],
      ),
      this.database.read<Omit<ProximoHttp, 'origem' | 'em'> & { readonly em: Date | null }>(
        `SELECT 'enviar-aviso' AS acao, n.tipo || ' por ' || n.canal AS alvo,
                CASE n.estado WHEN 'PENDENTE' THEN n.disponivel_em END AS em, n.tentativas, n.estado <> 'PENDENTE' AS parado
           FROM entregas n WHERE n.reserva_id = $1 AND n.estado IN ('PENDENTE', 'AGUARDANDO_CONTATO')
         UNION ALL
         SELECT 'entregar-gancho', v.tipo || ' a ' || e.gancho_id, e.proxima_em, e.tentativas, e.estado <> 'PENDENTE'
           FROM ${DE_GANCHOS} WHERE ${DA_RESERVA} AND e.estado <> 'ENTREGUE'
          LIMIT 100`,
        [reservaId],
      ),
    ]);
    return {
      ...pagina,
      proximos: proximos.map((row) => ({ origem: 'notificacoes', ...row, em: row.em?.toISOString() ?? null })),
    };
  }
}
