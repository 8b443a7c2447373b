import {
  codigoDoRecibo,
  decisaoDoEstornoHttp,
  descarteDeWebhookHttp,
  disputaHttp,
  disputasHttp,
  estornoHttp,
  estornosHttp,
  filtroDeDisputasHttp,
  filtroDeEstornosHttp,
  filtroDePagamentosHttp,
  filtroDeWebhooksHttp,
  filtroDoRazaoHttp,
  formatoDeReciboHttp,
  idDoWebhook,
  novaReconciliacaoHttp,
  novoEstornoHttp,
  numeroDoRecibo,
  pagamentoHttp,
  pagamentosHttp,
  razaoHttp,
  reciboHttp,
  recibosHttp,
  reconciliacaoHttp,
  verificacaoDeReciboHttp,
  webhookHttp,
  webhooksHttp,
} from '../http-pagamentos.js';
import { filtroDaLinhaHttp, parteDaLinhaHttp } from '../http-linha-do-tempo.js';
import { operacoesDe } from '../operacao.js';
import { id } from '../primitives.js';

const operacao = operacoesDe('pagamentos');

export const pagamentos = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos',
    grupo: 'pagamentos',
    resumo: 'As cobranças de quem pergunta; todas, para quem administra ou opera',
    acesso: 'pagamentos.ver',
    consulta: filtroDePagamentosHttp,
    respostas: { 200: pagamentosHttp },
  }),
  timeline: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/linha-do-tempo',
    grupo: 'pagamentos',
    resumo: 'O que houve com as cobranças de uma reserva, ou da sua série, e o que ainda acontece sozinho',
    acesso: 'pagamentos.ver:todos',
    consulta: filtroDaLinhaHttp.extend({ reservaId: id }),
    respostas: { 200: parteDaLinhaHttp },
  }),
  ledger: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/razao',
    grupo: 'pagamentos',
    resumo: 'O razão de uma reserva e de cada cobrança sua, agora ou num momento passado',
    acesso: 'financas.operar',
    consulta: filtroDoRazaoHttp,
    respostas: { 200: razaoHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/:id',
    grupo: 'pagamentos',
    resumo: 'Uma cobrança',
    acesso: 'pagamentos.ver',
    parametros: { id },
    respostas: { 200: pagamentoHttp },
  }),
};

export const estornos = {
  pending: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/estornos',
    grupo: 'estornos',
    resumo: 'Os estornos ainda não concluídos, os mais antigos primeiro',
    acesso: 'financas.operar',
    consulta: filtroDeEstornosHttp,
    respostas: { 200: estornosHttp },
  }),
  ofPayment: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/:id/estornos',
    grupo: 'estornos',
    resumo: 'Os estornos de uma cobrança',
    acesso: 'pagamentos.ver',
    parametros: { id },
    respostas: { 200: estornosHttp },
  }),
  /** A second click must never be a second refund: it needs its key. */
  create: operacao({
    metodo: 'POST',
    rota: '/v1/pagamentos/:id/estornos',
    grupo: 'estornos',
    resumo: 'Devolve dinheiro à mão, com motivo; fica na auditoria',
    acesso: 'pagamentos.estornar',
    exigeConfirmacao: true,
    idempotente: 'OBRIGATORIA',
    parametros: { id },
    corpo: novoEstornoHttp,
    respostas: { 201: estornoHttp },
    problemas: { 409: 'Nada capturado, em disputa, acima do que resta, ou o provedor já não estorna' },
  }),
  decide: operacao({
    metodo: 'POST',
    rota: '/v1/pagamentos/estornos/:id/decisao',
    grupo: 'estornos',
    resumo: 'Decide sobre um estorno PARADO: de novo, pago por fora, ou baixado; fica na auditoria',
    acesso: 'pagamentos.estornar',
    exigeConfirmacao: true,
    idempotente: 'OPCIONAL',
    parametros: { id },
    corpo: decisaoDoEstornoHttp,
    respostas: { 200: estornoHttp },
    problemas: { 409: 'O estorno não está parado' },
  }),
};

export const recibos = {
  verify: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/recibos/verificacoes/:codigo',
    grupo: 'recibos',
    resumo: 'Confere, pelo código impresso no recibo, se ele é autêntico e ainda vale',
    acesso: 'PUBLICO',
    parametros: { codigo: codigoDoRecibo },
    respostas: { 200: verificacaoDeReciboHttp },
  }),
  byNumber: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/recibos/:numero',
    grupo: 'recibos',
    resumo: 'Um recibo, em JSON ou em PDF (Accept ou formato)',
    acesso: 'pagamentos.ver',
    parametros: { numero: numeroDoRecibo },
    consulta: formatoDeReciboHttp,
    respostas: {
      200: {
        corpo: reciboHttp,
        arquivo: true,
        tipos: ['application/json', 'application/pdf'],
        descricao: 'O recibo, ou o mesmo em PDF',
      },
    },
    problemas: { 406: 'Accept não aceita nem JSON nem PDF' },
  }),
  ofPayment: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/:id/recibos',
    grupo: 'recibos',
    resumo: 'Os recibos de uma cobrança e dos seus estornos, na ordem em que foram emitidos',
    acesso: 'pagamentos.ver',
    parametros: { id },
    respostas: { 200: recibosHttp },
  }),
};

export const disputas = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/disputas',
    grupo: 'disputas',
    resumo: 'As disputas, as mais novas primeiro',
    acesso: 'financas.operar',
    consulta: filtroDeDisputasHttp,
    respostas: { 200: disputasHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/disputas/:id',
    grupo: 'disputas',
    resumo: 'Uma disputa',
    acesso: 'financas.operar',
    parametros: { id },
    respostas: { 200: disputaHttp },
  }),
  evidence: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/disputas/:id/evidencias',
    grupo: 'disputas',
    resumo: 'O que a plataforma sabe do pagamento disputado, num zip com manifesto',
    acesso: 'financas.operar',
    parametros: { id },
    respostas: {
      200: { arquivo: true, tipos: ['application/zip'], binario: true, exemplo: 'PK…', descricao: 'O zip' },
    },
  }),
};

export const reconciliacoes = {
  request: operacao({
    metodo: 'POST',
    rota: '/v1/pagamentos/reconciliacoes',
    grupo: 'reconciliação',
    resumo: 'Pede que provedor, razão e reservas sejam comparados, objeto por objeto',
    acesso: 'financas.operar',
    idempotente: 'OPCIONAL',
    corpo: novaReconciliacaoHttp,
    respostas: { 202: reconciliacaoHttp },
  }),
  byId: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/reconciliacoes/:id',
    grupo: 'reconciliação',
    resumo: 'O que uma reconciliação encontrou',
    acesso: 'financas.operar',
    parametros: { id },
    respostas: { 200: reconciliacaoHttp },
  }),
};

export const webhooks = {
  list: operacao({
    metodo: 'GET',
    rota: '/v1/pagamentos/webhooks',
    grupo: 'webhooks',
    resumo: 'Os webhooks sem efeito, os mais novos primeiro; sem filtro, os que esperam por alguém',
    acesso: 'financas.operar',
    consulta: filtroDeWebhooksHttp,
    respostas: { 200: webhooksHttp },
  }),
  drop: operacao({
    metodo: 'POST',
    rota: '/v1/pagamentos/webhooks/:id/descarte',
    grupo: 'webhooks',
    resumo: 'Descarta um webhook estacionado ou inesperado, com motivo',
    acesso: 'financas.operar',
    parametros: { id: idDoWebhook },
    corpo: descarteDeWebhookHttp,
    respostas: { 200: webhookHttp },
    problemas: { 409: 'Ele teve efeito, ou já foi descartado' },
  }),
};
