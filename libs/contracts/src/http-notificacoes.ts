import { z } from 'zod';
import {
  enderecoDeEmail,
  canalNotificacao,
  estadoNotificacao,
  id,
  instante,
  pagina,
  paginacaoPor,
  tipoNotificacao,
  texto,
} from './primitives.js';

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

/** E.164: with the country's code, and digits only. */
const numeroDeTelefone = z
  .string()
  .regex(/^\+[1-9]\d{7,14}$/, 'esperado um número com o código do país, só dígitos: +5511999990000')
  .meta({ example: '+5511999990000' });
/** As the person calls it. */
const nomeDeAparelho = texto({ max: 60 }).optional().meta({ example: 'Celular' });
const base64urlDe = (bytes: number, example: string) =>
  z
    .string()
    .max(128)
    .regex(new RegExp(`^[A-Za-z0-9_-]{${Math.ceil((bytes * 4) / 3)}}={0,2}$`), `esperados ${bytes} bytes em base64url`)
    .meta({ example });

export const meioDeDestino = z.enum(['TELEFONE', 'FCM', 'WEB_PUSH']);
export const destinoHttp = z
  .object({
    id,
    meio: meioDeDestino,
    nome: z.string(),
    numero: z.string().nullable().describe('De um telefone'),
    verificado: z.boolean().describe('A um telefone que não foi verificado nada se manda'),
    criadoEm: instante,
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000e1',
      meio: 'TELEFONE',
      nome: '',
      numero: '+5511999990000',
      verificado: true,
      criadoEm: '2026-11-22T12:00:00.000Z',
    },
  });
export const destinosHttp = z.object({ itens: z.array(destinoHttp) });
export const telefoneHttp = z
  .strictObject({ numero: numeroDeTelefone })
  .meta({ example: { numero: '+5511999990000' } });
export const codigoDeTelefoneHttp = z
  .strictObject({
    codigo: z
      .string()
      .regex(/^\d{6}$/, 'esperados seis dígitos')
      .meta({ example: '123456' }),
  })
  .meta({ example: { codigo: '123456' } });
export const aplicativoHttp = z
  .strictObject({
    token: z
      .string()
      .regex(/^[A-Za-z0-9_:.-]{32,2048}$/, 'esperado um token da Firebase')
      .meta({ example: 'dY0Yk3pQTkS:APA91bGx0000000000000000' }),
    nome: nomeDeAparelho,
  })
  .meta({ example: { token: 'dY0Yk3pQTkS:APA91bGx0000000000000000', nome: 'Celular' } });
/** As `PushSubscription.toJSON()` has it (https://www.w3.org/TR/push-api/). */
export const navegadorHttp = z
  .strictObject({
    endpoint: z
      .url({ protocol: /^https$/ })
      .regex(/^https:[!-~]+$/)
      .max(2_048)
      .meta({ example: 'https://fcm.googleapis.com/fcm/send/dY0Yk3pQTkS' }),
    expirationTime: z.number().nullable().optional(),
    keys: z.strictObject({
      p256dh: base64urlDe(
        65,
        'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
      ),
      auth: base64urlDe(16, 'tBHItJI5svbpez7KI4CCXg'),
    }),
    nome: nomeDeAparelho,
  })
  .meta({
    example: {
      endpoint: 'https://fcm.googleapis.com/fcm/send/dY0Yk3pQTkS',
      keys: {
        p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
        auth: 'tBHItJI5svbpez7KI4CCXg',
      },
      nome: 'Site instalado',
    },
  });
export const chaveDeNavegadorHttp = z
  .object({ chavePublica: z.string().nullable().describe('VAPID; null: o site não manda avisos a navegadores') })
  .meta({ example: { chavePublica: null } });

/** What a channel without a provider would have sent. */
export const envioLocalHttp = z
  .object({
    notificacaoId: id,
    canal: canalNotificacao,
    para: z.string(),
    assunto: z.string(),
    texto: z.string(),
    html: z.string().nullable(),
    calendario: z.string().nullable(),
    caminho: z.string().nullable().describe('A página do site que o aviso abre'),
    retido: z.boolean().describe('O texto não se mostra: tem o que só o seu leitor pode ver'),
    registradoEm: instante,
  })
  .meta({
    example: {
      notificacaoId: '0192f0c4-0000-7000-8000-0000000000d1',
      canal: 'SMS',
      para: '+5511999990000',
      assunto: 'Reserva confirmada: Sala Ipê',
      texto: 'Reserva confirmada: Sala Ipê.',
      html: null,
      calendario: null,
      caminho: null,
      retido: false,
      registradoEm: '2026-11-22T12:01:01.000Z',
    },
  });
export const enviosLocaisHttp = pagina(envioLocalHttp);
export const filtroDeEnviosLocaisHttp = z.strictObject({
  canal: canalNotificacao.optional(),
  notificacaoId: id.optional(),
  ...paginacaoPor('instanteEId'),
});
export type FiltroDeEnviosLocaisHttp = z.output<typeof filtroDeEnviosLocaisHttp>;
export type EnviosLocaisHttp = z.output<typeof enviosLocaisHttp>;
export type DestinoHttp = z.output<typeof destinoHttp>;

const tipoDeMensagem = z.string().regex(/^[A-Z0-9_]{3,40}$/, 'esperado um tipo de mensagem, como RESERVA_CONFIRMADA');
const estadoFinal = z.enum(['ENVIADA', 'FALHOU', 'SUPERADA']);
/** What became of a message, whichever it was. */
export const registroDeHistoricoHttp = z
  .object({
    id,
    usuarioId: id.nullable().describe('null: foi a quem cuida da casa'),
    reservaId: id.nullable().describe('null: era sobre uma conta, ou à casa'),
    tipo: tipoDeMensagem,
    canal: canalNotificacao,
    estado: estadoFinal,
    assunto: z.string().nullable(),
    motivo: z.string().nullable().describe('Por que não foi, ou por que ainda espera'),
    provedor: z.string().nullable(),
    referencia: z.string().nullable().describe('Como o provedor a chama'),
    situacao: z.string().nullable().describe('O que o provedor contou dela depois'),
    tentativas: z.int().min(0),
    criadaEm: instante,
    enviadaEm: instante.nullable(),
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000d1',
      usuarioId: '0192f0c4-0000-7000-8000-000000000009',
      reservaId: '0192f0c4-0000-7000-8000-000000000001',
      tipo: 'RESERVA_CONFIRMADA',
      canal: 'EMAIL',
      estado: 'ENVIADA',
      assunto: 'Reserva confirmada: Sala Ipê',
      motivo: null,
      provedor: 'local',
      referencia: null,
      situacao: null,
      tentativas: 1,
      criadaEm: '2026-11-22T12:01:00.000Z',
      enviadaEm: '2026-11-22T12:01:01.000Z',
    },
  });
export const historicoDeAvisosHttp = pagina(registroDeHistoricoHttp);
export const filtroDeHistoricoDeAvisosHttp = z.strictObject({
  usuarioId: id.optional(),
  reservaId: id.optional(),
  canal: canalNotificacao.optional(),
  tipo: tipoDeMensagem.optional(),
  estado: estadoFinal.optional(),
  de: instante.optional(),
  ate: instante.optional(),
  ...paginacaoPor('instanteEId'),
});
export type FiltroDeHistoricoDeAvisosHttp = z.output<typeof filtroDeHistoricoDeAvisosHttp>;
export type HistoricoDeAvisosHttp = z.output<typeof historicoDeAvisosHttp>;

/** An address to which nothing is sent. */
export const motivoDeSupressao = z.enum(['REJEITADO', 'QUEIXA', 'MANUAL']);
export const supressaoHttp = z
  .object({
    id,
    canal: z.enum(['EMAIL', 'SMS']),
    endereco: z.string(),
    motivo: motivoDeSupressao.describe('REJEITADO: não existe; QUEIXA: quem o lê disse que é spam'),
    desde: instante,
  })
  .meta({
    example: {
      id: '0192f0c4-0000-7000-8000-0000000000f1',
      canal: 'EMAIL',
      endereco: 'ana@exemplo.com',
      motivo: 'REJEITADO',
      desde: '2026-11-22T12:01:01.000Z',
    },
  });
export const supressoesHttp = pagina(supressaoHttp);
export const novaSupressaoHttp = z
  .discriminatedUnion('canal', [
    z.strictObject({
      canal: z.literal('EMAIL'),
      endereco: enderecoDeEmail.meta({ example: 'ana@exemplo.com' }),
    }),
    z.strictObject({ canal: z.literal('SMS'), endereco: numeroDeTelefone }),
  ])
  .meta({ example: { canal: 'EMAIL', endereco: 'ninguem@exemplo.com' } });
export const filtroDeSupressoesHttp = z.strictObject({
  endereco: z
    .string()
    .regex(/^[!-~]{1,254}$/)
    .optional()
    .describe('Só a deste endereço'),
  ...paginacaoPor('instanteEId'),
});
export type SupressaoHttp = z.output<typeof supressaoHttp>;
export type SupressoesHttp = z.output<typeof supressoesHttp>;
export type NovaSupressaoHttp = z.output<typeof novaSupressaoHttp>;
export type FiltroDeSupressoesHttp = z.output<typeof filtroDeSupressoesHttp>;
