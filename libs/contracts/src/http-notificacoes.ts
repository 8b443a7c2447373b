import { z } from 'zod';
import { canalNotificacao, estadoNotificacao, id, instante, tipoNotificacao } from './primitives.js';

/** A notification as the API of notificacoes gives it. */
export const notificacaoHttp = z.object({
  id,
  reservaId: id,
  tipo: tipoNotificacao,
  canal: canalNotificacao,
  estado: estadoNotificacao,
  assunto: z.string().nullable().describe('null enquanto a mensagem não foi escrita'),
  criadaEm: instante,
  enviadaEm: instante.nullable(),
});
/** All notifications of a booking: a handful, so there are no pages. */
export const notificacoesHttp = z.object({ itens: z.array(notificacaoHttp) });

export type NotificacaoHttp = z.output<typeof notificacaoHttp>;
export type NotificacoesHttp = z.output<typeof notificacoesHttp>;
