import { z } from 'zod';
import {
  entregaDeGanchoHttp,
  entregasDeGanchoHttp,
  filtroDeEntregasHttp,
  ganchoCriadoHttp,
  ganchoHttp,
  ganchosHttp,
  MAXIMO_DE_GANCHOS,
  MAXIMO_DE_REENVIOS,
  mudancaDeGanchoHttp,
  novoGanchoHttp,
  reenvioAceitoHttp,
  reenvioDePeriodoHttp,
  rotacaoDeGanchoHttp,
  testeDeGanchoHttp,
} from '../http-ganchos.js';
import {
  convidadosDaSerieHttp,
  convidadosHttp,
  conviteHttp,
  listaDeConvidadosHttp,
  MAXIMO_DE_CONVIDADOS,
  pedidoDeConviteHttp,
  respostaAConviteHttp,
} from '../http-convidados.js';
import {
  aplicativoHttp,
  chaveDeNavegadorHttp,
  codigoDeTelefoneHttp,
  destinoHttp,
  destinosHttp,
  enviosLocaisHttp,
  filtroDeEnviosLocaisHttp,
  filtroDeHistoricoDeAvisosHttp,
  filtroDeSupressoesHttp,
  historicoDeAvisosHttp,
  navegadorHttp,
  notificacoesHttp,
  novaSupressaoHttp,
  supressaoHttp,
  supressoesHttp,
  telefoneHttp,
} from '../http-notificacoes.js';
import { filtroDaLinhaHttp, parteDaLinhaHttp } from '../http-linha-do-tempo.js';
import { preferenciasHttp } from '../http-preferencias.js';
import { operacoesDe } from '../operacao.js';
import { id, semCorpo } from '../primitives.js';

const operacao = operacoesDe('notificacoes');

export const notificacoes = {
  listar: operacao({
    metodo: 'GET',
    rota: '/v1/notificacoes',
    grupo: 'notificacoes',
    resumo: 'Notificações de uma reserva: as próprias; todas, para quem administra ou opera',
    acesso: 'notificacoes.ver',
    consulta: z.strictObject({ reservaId: id }),
    respostas: { 200: notificacoesHttp },
  }),
  timeline: operacao({
    metodo: 'GET',
    rota: '/v1/notificacoes/linha-do-tempo',
    grupo: 'notificacoes',
    resumo: 'Os avisos de uma reserva, um momento de cada vez, e os que ainda serão enviados',
    acesso: 'notificacoes.ver:todos',
    consulta: filtroDaLinhaHttp.extend({ reservaId: id }),
    respostas: { 200: parteDaLinhaHttp },
  }),
};

/** Who else comes to a booking: addresses are known where letters are written, and nowhere else. */
const DE_CONVIDADOS = {
  rota: '/v1/reservas/:id/convidados',
  grupo: 'reservas',
  acesso: 'reservas.mudar',
  parametros: { id },
} as const;
export const convidados = {
  listarConvidados: operacao({
    ...DE_CONVIDADOS,
    metodo: 'GET',
    resumo: 'Quem foi convidado por e-mail para uma reserva, e se já foi avisado',
    respostas: { 200: convidadosHttp },
  }),
  mudarConvidados: operacao({
    ...DE_CONVIDADOS,
    metodo: 'PUT',
    resumo: `Diz quem é convidado: até ${MAXIMO_DE_CONVIDADOS} endereços`,
    detalhe:
      'Pode vir logo depois da reserva. Cada um recebe o convite para a agenda quando ela se confirma, ou já, se está confirmada; quem sai da lista é avisado, e todos o são quando o horário muda ou a reserva é cancelada.',
    corpo: listaDeConvidadosHttp,
    respostas: { 200: convidadosHttp },
    problemas: { 409: 'A reserva já começou ou acabou', 429: 'Foram convites demais num dia' },
  }),
  mudarConvidadosDaSerie: operacao({
    metodo: 'PUT',
    rota: '/v1/series/:id/convidados',
    grupo: 'series',
    resumo: `Diz quem é convidado para todas as ocorrências que ainda não começaram: até ${MAXIMO_DE_CONVIDADOS} endereços`,
    detalhe: 'Cada um recebe uma carta com todos os horários, e responde por eles de uma vez.',
    acesso: 'reservas.mudar',
    parametros: { id },
    corpo: listaDeConvidadosHttp,
    respostas: { 200: convidadosDaSerieHttp },
    problemas: { 429: 'Foram convites demais num dia' },
    prazoMs: 15_000,
  }),
};

/** A guest has no account: who holds what the letter brought is the guest. */
const DE_CONVITES = { grupo: 'notificacoes', acesso: 'PUBLICO', metodo: 'POST' } as const;
export const convites = {
  lerConvite: operacao({
    ...DE_CONVITES,
    rota: '/v1/convites/leitura',
    resumo: 'A que se é convidado, por quem tem o link do convite',
    corpo: pedidoDeConviteHttp,
    respostas: { 200: conviteHttp },
    problemas: { 404: 'O convite não é daqui, ou já não vale', 409: 'Já se respondeu, ou já passou' },
  }),
  responderConvite: operacao({
    ...DE_CONVITES,
    rota: '/v1/convites/resposta',
    resumo: 'Diz se vem, uma vez por convite; vale para todos os horários dele',
    detalhe: 'Quem convidou vê a resposta. Se o horário muda, outra carta pergunta de novo.',
    corpo: respostaAConviteHttp,
    respostas: { 204: {} },
    problemas: { 404: 'O convite não é daqui, ou já não vale', 409: 'Já se respondeu, ou já passou' },
  }),
};

const tokenDeDescadastro = z
  .string()
  .regex(/^[A-Za-z0-9_-]{44}$/, 'esperado o que a mensagem traz')
  .meta({ example: 'AZLwxAAAcACAAAAAAAAAAQDvyWTmrGm3Pm2zD3s0oZbQ' });

export const preferencias = {
  verPreferencias: operacao({
    metodo: 'GET',
    rota: '/v1/avisos/preferencias',
    grupo: 'notificacoes',
    resumo: 'O que a pessoa escolheu de como e quando se lhe escreve',
    acesso: 'avisos.escolher',
    respostas: { 200: preferenciasHttp },
  }),
  mudarPreferencias: operacao({
    metodo: 'PUT',
    rota: '/v1/avisos/preferencias',
    grupo: 'notificacoes',
    resumo: 'Escolhe língua, horas de silêncio e o que não se quer por um canal; vale também para o que já espera',
    acesso: 'avisos.escolher',
    corpo: preferenciasHttp,
    respostas: { 204: {} },
  }),
  descadastrar: operacao({
    metodo: 'POST',
    rota: '/v1/avisos/descadastros/:token',
    grupo: 'notificacoes',
    resumo: 'Não receber mais, por e-mail, mensagens como a que trouxe este endereço (RFC 8058)',
    detalhe: 'Sem entrar na conta, e quantas vezes se queira. O que é de uma reserva ou da conta não se desliga.',
    acesso: 'PUBLICO',
    formulario: true,
    parametros: { token: tokenDeDescadastro },
    respostas: { 204: {} },
    problemas: { 404: 'O endereço não é de nenhuma mensagem daqui' },
  }),
};

/** Where one wants to be told things, besides by e-mail. */
export const destinos = {
  listarDestinos: operacao({
    metodo: 'GET',
    rota: '/v1/destinos',
    grupo: 'destinos',
    resumo: 'O telefone e os aparelhos em que se é avisado, além do e-mail',
    acesso: 'destinos.usar',
    respostas: { 200: destinosHttp },
  }),
  chaveDeNavegador: operacao({
    metodo: 'GET',
    rota: '/v1/destinos/navegador',
    grupo: 'destinos',
    resumo: 'A chave com que o site pede ao navegador a inscrição em avisos (applicationServerKey)',
    acesso: 'PUBLICO',
    respostas: { 200: chaveDeNavegadorHttp },
  }),
  informarTelefone: operacao({
    metodo: 'PUT',
    rota: '/v1/destinos/telefone',
    grupo: 'destinos',
    resumo: 'Diz o telefone; um SMS leva a ele um código, e nada mais até que o código volte',
    detalhe: 'De novo com o mesmo número: outro código. O telefone que já se tem vale até que o novo seja verificado.',
    acesso: 'destinos.usar',
    corpo: telefoneHttp,
    respostas: { 202: destinoHttp },
    problemas: {
      422: 'Para esse país não vão SMS',
      429: 'Foram códigos demais, para a pessoa ou para o número',
    },
  }),
  verificarTelefone: operacao({
    metodo: 'POST',
    rota: '/v1/destinos/:id/verificacao',
    grupo: 'destinos',
    resumo: 'Devolve o código que o SMS levou',
    acesso: 'destinos.usar',
    parametros: { id },
    corpo: codigoDeTelefoneHttp,
    respostas: { 200: destinoHttp },
    problemas: { 422: 'O código não é esse, venceu ou teve palpites demais' },
  }),
  registrarAplicativo: operacao({
    metodo: 'PUT',
    rota: '/v1/destinos/aplicativo',
    grupo: 'destinos',
    resumo: 'Registra o aplicativo em que se está, pelo token que a Firebase lhe deu',
    detalhe: 'Um aparelho é de quem o registrou por último. São dez por pessoa: outro toma o lugar do mais antigo.',
    acesso: 'destinos.usar',
    corpo: aplicativoHttp,
    respostas: { 200: destinoHttp },
  }),
  registrarNavegador: operacao({
    metodo: 'PUT',
    rota: '/v1/destinos/navegador',
    grupo: 'destinos',
    resumo: 'Registra o navegador em que se está, pela inscrição que ele deu (Web Push)',
    acesso: 'destinos.usar',
    corpo: navegadorHttp,
    respostas: { 200: destinoHttp },
    problemas: { 422: 'A inscrição é de um serviço a que não se manda, ou a sua chave não é uma' },
  }),
  removerDestino: operacao({
    metodo: 'DELETE',
    rota: '/v1/destinos/:id',
    grupo: 'destinos',
    resumo: 'Não quer mais ser avisado ali',
    acesso: 'destinos.usar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

export const envios = {
  listarEnviosLocais: operacao({
    metodo: 'GET',
    rota: '/v1/notificacoes/envios-locais',
    grupo: 'notificacoes',
    resumo: 'O que os canais sem provedor teriam enviado, do mais novo ao mais antigo',
    acesso: 'envios.ver',
    consulta: filtroDeEnviosLocaisHttp,
    respostas: { 200: enviosLocaisHttp },
  }),
  consultarHistorico: operacao({
    metodo: 'GET',
    rota: '/v1/notificacoes/historico',
    grupo: 'notificacoes',
    resumo: 'O que foi de cada mensagem que já teve fim, da mais nova à mais antiga',
    detalhe:
      'Avisos sobre reservas, cartas sobre contas e à casa; aparece segundos depois. Sem o texto nem o endereço.',
    acesso: 'historico.ver',
    consulta: filtroDeHistoricoDeAvisosHttp,
    respostas: { 200: historicoDeAvisosHttp },
    problemas: { 503: 'O banco do histórico não responde' },
  }),
  reenviar: operacao({
    metodo: 'POST',
    rota: '/v1/notificacoes/:id/reenvio',
    grupo: 'notificacoes',
    resumo: 'Tenta de novo um aviso de que se desistiu',
    detalhe: 'Sai só se o que diz ainda é verdade. Cartas sobre contas não se reenviam: a pessoa pede outra.',
    acesso: 'avisos.reenviar',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
    problemas: { 409: 'O aviso não falhou, ou já não há a quem dizê-lo' },
  }),
};

export const supressoes = {
  listarSupressoes: operacao({
    metodo: 'GET',
    rota: '/v1/supressoes',
    grupo: 'supressoes',
    resumo: 'Os endereços a que não se envia, dos mais novos aos mais antigos',
    acesso: 'supressoes.administrar',
    consulta: filtroDeSupressoesHttp,
    respostas: { 200: supressoesHttp },
  }),
  suprimir: operacao({
    metodo: 'PUT',
    rota: '/v1/supressoes',
    grupo: 'supressoes',
    resumo: 'Deixa de enviar a um endereço; um que já está na lista fica como está',
    acesso: 'supressoes.administrar',
    corpo: novaSupressaoHttp,
    respostas: { 200: supressaoHttp },
  }),
  liberar: operacao({
    metodo: 'DELETE',
    rota: '/v1/supressoes/:id',
    grupo: 'supressoes',
    resumo: 'Volta a enviar a um endereço; o que o provedor contou antes disso não o devolve à lista',
    acesso: 'supressoes.administrar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

const DE_GANCHOS = { grupo: 'ganchos', acesso: 'ganchos.administrar' } as const;
const VERSAO_DO_GANCHO = 'A versão do gancho';
const ENDERECO = 'O endereço não é HTTPS, ou não é público';
const FILA_CHEIA = 'Passaria do que um gancho pode ter por entregar';

/** Outgoing webhooks: what happens, sent to whom the house integrates with. */
export const ganchos = {
  criarGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'POST',
    rota: '/v1/ganchos',
    resumo: 'Cadastra um webhook de saída; a resposta é a única que mostra o segredo dele',
    detalhe: `Recebe o que acontecer a partir de agora. São até ${MAXIMO_DE_GANCHOS}.`,
    exigeConfirmacao: true,
    corpo: novoGanchoHttp,
    respostas: { 201: ganchoCriadoHttp },
    etag: VERSAO_DO_GANCHO,
    problemas: { 409: 'Já há ganchos demais', 422: ENDERECO },
  }),
  listarGanchos: operacao({
    ...DE_GANCHOS,
    metodo: 'GET',
    rota: '/v1/ganchos',
    resumo: 'Os ganchos da casa',
    respostas: { 200: ganchosHttp },
  }),
  verGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'GET',
    rota: '/v1/ganchos/:id',
    resumo: 'Um gancho, e como vai',
    parametros: { id },
    respostas: { 200: ganchoHttp },
    etag: VERSAO_DO_GANCHO,
  }),
  mudarGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'PATCH',
    rota: '/v1/ganchos/:id',
    resumo: 'Muda endereço, tipos ou descrição; pausa ou retoma',
    exigeConfirmacao: true,
    ifMatch: 'OPCIONAL',
    parametros: { id },
    corpo: mudancaDeGanchoHttp,
    respostas: { 200: ganchoHttp },
    etag: VERSAO_DO_GANCHO,
    problemas: { 412: 'O gancho mudou desde a leitura', 422: ENDERECO },
  }),
  removerGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'DELETE',
    rota: '/v1/ganchos/:id',
    resumo: 'Remove um gancho: nada mais lhe é enviado',
    parametros: { id },
    respostas: { 204: {} },
  }),
  rotacionarGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'POST',
    rota: '/v1/ganchos/:id/rotacao',
    resumo: 'Dá ao gancho outro segredo; por um tempo se assina também com o de antes',
    exigeConfirmacao: true,
    parametros: { id },
    corpo: rotacaoDeGanchoHttp,
    respostas: { 201: ganchoCriadoHttp },
    etag: VERSAO_DO_GANCHO,
  }),
  testarGancho: operacao({
    ...DE_GANCHOS,
    metodo: 'POST',
    rota: '/v1/ganchos/:id/teste',
    resumo: 'Envia agora, uma vez, um gancho.testado.v1, e conta o que foi respondido',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 200: testeDeGanchoHttp },
    problemas: { 409: 'Outro teste do mesmo gancho está em andamento' },
    prazoMs: 15_000,
  }),
  listarEntregas: operacao({
    ...DE_GANCHOS,
    metodo: 'GET',
    rota: '/v1/ganchos/:id/entregas',
    resumo: 'O que se entregou ou se entrega por um gancho, o mais novo primeiro; por 30 dias',
    parametros: { id },
    consulta: filtroDeEntregasHttp,
    respostas: { 200: entregasDeGanchoHttp },
  }),
  verEntrega: operacao({
    ...DE_GANCHOS,
    metodo: 'GET',
    rota: '/v1/ganchos/:id/entregas/:entregaId',
    resumo: 'Uma entrega, com as suas tentativas e o que se envia',
    parametros: { id, entregaId: id },
    respostas: { 200: entregaDeGanchoHttp },
  }),
  reenviarEntrega: operacao({
    ...DE_GANCHOS,
    metodo: 'POST',
    rota: '/v1/ganchos/:id/entregas/:entregaId/reenvio',
    resumo: 'Entrega outra vez, com o mesmo webhook-id',
    parametros: { id, entregaId: id },
    corpo: semCorpo,
    respostas: { 202: reenvioAceitoHttp },
    problemas: { 409: `A entrega ainda está por fazer, ou o gancho, parado. ${FILA_CHEIA}` },
  }),
  reenviarPeriodo: operacao({
    ...DE_GANCHOS,
    metodo: 'POST',
    rota: '/v1/ganchos/:id/reenvios',
    resumo: `Entrega outra vez o que foi criado num período: até ${MAXIMO_DE_REENVIOS} entregas por pedido`,
    parametros: { id },
    corpo: reenvioDePeriodoHttp,
    respostas: { 202: reenvioAceitoHttp },
    problemas: {
      409: `O gancho está parado. ${FILA_CHEIA}`,
      422: `O período tem mais de ${MAXIMO_DE_REENVIOS} entregas: nada se reenviou; peça um mais curto`,
    },
  }),
};
