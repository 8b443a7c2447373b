import { z } from 'zod';
import { canalNotificacao, estadoNotificacao, id, instante, tipoNotificacao } from './primitives.js';

/** A notification as the API of notificacoes gives it. */
export const notificacaoHttp = z
  .object({
    id,
    reservaId: id,
    tipo: tipoNotificacao,
    canal: canalNotificacao,
    estado: estadoNotificacao,
    assunto: z.string().nullable().describe('null enquanto a mensagem não foi escrita'),
    criadaEm: instante,
    enviadaEm: instante.nullable(),
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000d1',
      reservaId: '0192f0c4-0000-7000-8000-000000000001',
      tipo: 'RESERVA_CONFIRMADA',
      canal: 'EMAIL',
      estado: 'ENVIADA',
      assunto: 'Reserva confirmada: Sala Ipê',
      criadaEm: '2026-11-22T12:01:00.000Z',
      enviadaEm: '2026-11-22T12:01:01.000Z',
    },
  });
/** All notifications of a booking: a handful, so there are no pages. */
export const notificacoesHttp = z.object({ itens: z.array(notificacaoHttp) });

export type NotificacaoHttp = z.output<typeof notificacaoHttp>;
export type NotificacoesHttp = z.output<typeof notificacoesHttp>;
