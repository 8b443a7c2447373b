import { z } from 'zod';
import { id, instante, pagina } from './primitives.js';

/** A notification as the API of notificacoes gives it: what was sent, never to which address. */
export const notificacaoHttp = z.object({
  id,
  reservaId: id,
  tipo: z.string(),
  canal: z.enum(['EMAIL', 'SMS', 'PUSH']),
  status: z.enum(['PENDENTE', 'ENVIADA', 'FALHOU']),
  criadaEm: instante,
  enviadaEm: instante.nullable(),
});
export const notificacoesHttp = pagina(notificacaoHttp);

export type NotificacaoHttp = z.output<typeof notificacaoHttp>;
export type NotificacoesHttp = z.output<typeof notificacoesHttp>;
