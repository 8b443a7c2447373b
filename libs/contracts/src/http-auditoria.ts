import { z } from 'zod';
import type { OperacaoHttp, Servico } from './operacao.js';
import { id, instante, pagina, paginacaoPor, texto } from './primitives.js';

/** What the audit logs record. */
export const tipoDeAuditoria = z.enum([
  'sessao.aberta',
  'sessao.recusada',
  'acesso.recusado',
  'conta.papeis-mudados',
  'conta.desativada',
  'conta.reativada',
  'espaco.alterado',
  'espaco.acesso-mudado',
  'espaco.calendario-seguido',
  'espaco.calendario-largado',
  'grupo.criado',
  'grupo.excluido',
  'grupo.membro-incluido',
  'grupo.membro-retirado',
  'estorno.pedido',
  'estorno.decidido',
  'mensagem-morta.reenviada',
  'mensagem-morta.excluida',
  'saga.retomada',
  'consentimento.alterado',
  'exportacao.pedida',
  'exportacao.feita',
  'exportacao.pronta',
  'exportacao.baixada',
  'supressao.incluida',
  'supressao.retirada',
  'aviso.reenviado',
  'exportacao.retomada',
  'apagamento.pedido',
  'apagamento.desfeito',
  'apagamento.feito',
  'apagamento.concluido',
  'apagamento.retomado',
  'gancho.criado',
  'gancho.alterado',
  'gancho.rotacionado',
  'gancho.removido',
  'gancho.desativado',
  'gancho.reenviado',
]);
export type TipoDeAuditoria = z.output<typeof tipoDeAuditoria>;

const registroDeAuditoria = z.object({
  id,
  ocorridoEm: instante,
  tipo: z.string().describe('O que se fez; uma versão mais nova pode ter outros'),
  autorId: id.nullable().describe('Quem o fez; null: a plataforma, ou ninguém que se conheça'),
  pessoaId: id.nullable().describe('A quem'),
  alvo: z.string().nullable().describe('A quê'),
  dados: z.record(z.string(), z.unknown()),
  correlacao: z.string().nullable(),
  posicao: z.int().nullable().describe('Na corrente; null enquanto não está nela, o que dura segundos'),
  hash: z.string().nullable().describe('SHA-256, em hexadecimal'),
});
export const auditoriaHttp = pagina(registroDeAuditoria).meta({
  example: {
    itens: [
      {
        id: '0192f0c4-0000-7000-8000-0000000000d1',
        ocorridoEm: '2026-11-26T12:00:00.000Z',
        tipo: 'conta.papeis-mudados',
        autorId: '0192f0c4-0000-7000-8000-00000000000b',
        pessoaId: '0192f0c4-0000-7000-8000-00000000000a',
        alvo: 'usuario/0192f0c4-0000-7000-8000-00000000000a',
        dados: { de: ['CLIENTE'], para: ['CLIENTE', 'OPERADOR'] },
        correlacao: 'c6b1a1de-7d9c-4b0a-b2ff-5d0a2d6d6a11',
        posicao: 42,
        hash: 'a'.repeat(64),
      },
    ],
    proximo: null,
  },
});
export const filtroDeAuditoriaHttp = z.strictObject({
  ...paginacaoPor('instanteEId'),
  pessoa: id.optional().describe('Só o que ela fez ou se fez a ela'),
  tipo: tipoDeAuditoria.optional(),
  de: instante.optional(),
  ate: instante.optional().describe('Este instante já não'),
});
export type AuditoriaHttp = z.output<typeof auditoriaHttp>;
export type FiltroDeAuditoriaHttp = z.output<typeof filtroDeAuditoriaHttp>;

export const acaoSobreMensagemMortaHttp = z
  .strictObject({
    acao: z.enum(['REENVIO', 'EXCLUSAO']),
    mensagem: z.string().regex(/^[\x21-\x24\x26-\x7e]{1,200}$/, 'não é o id de uma mensagem'),
    fila: z
      .string()
      .regex(/^[a-z.-]{1,100}$/, 'não é uma fila')
      .optional(),
    mensagemId: id.optional().describe('Como quem a enviou a chamou'),
    motivo: texto({ min: 3, max: 500 }).optional().describe('Por quê'),
  })
  .meta({ example: { acao: 'REENVIO', mensagem: '4f6c0d5b9be6a1f2c3d4e5f60718293a' } });

/** The audit log of a service. */
export const auditoriaDe = <const S extends Servico>(servico: S) =>
  ({
    servico,
    metodo: 'GET',
    rota: `/v1/auditoria/${servico}`,
    grupo: 'auditoria',
    resumo: `O que ${servico} registra na auditoria, o mais novo primeiro`,
    acesso: 'auditoria.ver',
    consulta: filtroDeAuditoriaHttp,
    respostas: { 200: auditoriaHttp },
  }) as const satisfies OperacaoHttp;
