import {
  chaveDeApiCriadaHttp,
  chavesDeApiHttp,
  apagamentoAceitoHttp,
  apagamentoDeContaHttp,
  apagamentosHttp,
  chavesHttp,
  comprovanteHttp,
  comprovantePedidoHttp,
  encerramentoGeralHttp,
  listaDeApagamentosHttp,
  listaDeUsuariosHttp,
  loginHttp,
  mudancaDeEmailHttp,
  mudancaDeSenhaHttp,
  novaChaveDeApiHttp,
  papeisHttp,
  pedidoDeCartaHttp,
  redefinicaoDeSenhaHttp,
  registroAceitoHttp,
  registroHttp,
  renovacaoHttp,
  rotacaoDeChaveHttp,
  sessaoHttp,
  sessoesVistasHttp,
  tokenDeChaveHttp,
  trocaDeChaveHttp,
  usuarioHttp,
  usuariosHttp,
  verificacaoHttp,
} from '../http-auth.js';
import { acaoSobreMensagemMortaHttp } from '../http-auditoria.js';
import { operacoesDe } from '../operacao.js';
import { id, semCorpo } from '../primitives.js';

const operacao = operacoesDe('auth');
const DEMAIS = 'Foram tentativas ou registros demais';

export const chaves = {
  publicas: operacao({
    metodo: 'GET',
    rota: '/.well-known/jwks.json',
    grupo: 'chaves',
    resumo: 'Chaves públicas que conferem os tokens de acesso (RFC 7517)',
    acesso: 'PUBLICO',
    respostas: { 200: chavesHttp },
  }),
};

/** The refresh token in the body is what authorises renewal and logout. */
export const sessoes = {
  entrar: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes',
    grupo: 'sessoes',
    resumo: 'Entra com e-mail e senha',
    acesso: 'PUBLICO',
    corpo: loginHttp,
    respostas: { 201: sessaoHttp },
    problemas: { 401: 'O e-mail ou a senha não confere', 429: DEMAIS },
  }),
  renovar: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/renovacao',
    grupo: 'sessoes',
    resumo: 'Troca o token de renovação por um novo par de tokens',
    acesso: 'PUBLICO',
    corpo: renovacaoHttp,
    respostas: { 200: sessaoHttp },
    problemas: { 401: 'O token não vale, ou já foi trocado', 409: 'Outra renovação está em andamento' },
  }),
  encerrar: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/encerramento',
    grupo: 'sessoes',
    resumo: 'Encerra a sessão; uma sessão desconhecida ou já encerrada fica como está',
    acesso: 'PUBLICO',
    corpo: renovacaoHttp,
    respostas: { 204: {} },
  }),
};

/** Where one is logged in, and how to be so no more. */
export const minhasSessoes = {
  listarSessoes: operacao({
    metodo: 'GET',
    rota: '/v1/sessoes',
    grupo: 'sessoes',
    resumo: 'Onde se está conectado, do mais recente ao mais antigo',
    acesso: 'conta.usar',
    respostas: { 200: sessoesVistasHttp },
  }),
  encerrarTodas: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/encerramento-geral',
    grupo: 'sessoes',
    resumo: 'Sai de todos os lugares, ou de todos os outros',
    acesso: 'conta.usar',
    detalhe: 'Os tokens de acesso já emitidos deixam de valer em todos os serviços em segundos.',
    corpo: encerramentoGeralHttp,
    respostas: { 204: {} },
  }),
  revogarSessao: operacao({
    metodo: 'DELETE',
    rota: '/v1/sessoes/:id',
    grupo: 'sessoes',
    resumo: 'Encerra uma das próprias sessões, em qualquer aparelho',
    acesso: 'conta.usar',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

const LINK = 'O link não vale mais: foi usado, venceu, ou outro o substituiu';
const SENHA_RUIM = 'A senha é curta, longa ou comum';

/**
 * Accounts by their owners. None takes an Idempotency-Key: the stored digest of the request would be a fast hash of a
 * password, or of what a letter's link brings; doing any of it again is harmless.
 */
export const contas = {
  registrar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios',
    grupo: 'usuarios',
    resumo: 'Cria uma conta de cliente; o que veio disso, uma carta conta',
    detalhe:
      'A resposta é a mesma se o endereço já tem conta. A carta traz o link que prova o endereço (POST /v1/usuarios/verificacao) ou, a quem já tem conta, conta que alguém quis abrir outra.',
    acesso: 'PUBLICO',
    corpo: registroHttp,
    respostas: { 202: registroAceitoHttp },
    problemas: { 422: SENHA_RUIM, 429: DEMAIS },
  }),
  verificar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/verificacao',
    grupo: 'usuarios',
    resumo: 'Prova, pelo link da carta, que um endereço é seu: o da conta, ou o que ela passa a ter',
    acesso: 'PUBLICO',
    corpo: verificacaoHttp,
    respostas: { 204: {} },
    problemas: { 409: 'O endereço novo ganhou outra conta nesse meio-tempo', 422: LINK },
  }),
  pedirVerificacao: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/verificacao/pedido',
    grupo: 'usuarios',
    resumo: 'Pede outra carta com o link que prova o endereço',
    detalhe: 'A resposta é a mesma se não há conta, ou se já foi provado: então não vai carta nenhuma.',
    acesso: 'PUBLICO',
    corpo: pedidoDeCartaHttp,
    respostas: { 202: {} },
    problemas: { 429: DEMAIS },
  }),
  pedirRedefinicao: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/senha/pedido',
    grupo: 'usuarios',
    resumo: 'Pede a carta com que se escolhe outra senha',
    detalhe: 'A resposta é a mesma se não há conta: então não vai carta nenhuma.',
    acesso: 'PUBLICO',
    corpo: pedidoDeCartaHttp,
    respostas: { 202: {} },
    problemas: { 429: DEMAIS },
  }),
  redefinirSenha: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/senha/redefinicao',
    grupo: 'usuarios',
    resumo: 'Escolhe outra senha pelo link da carta; todas as sessões acabam, e nenhuma se abre',
    acesso: 'PUBLICO',
    corpo: redefinicaoDeSenhaHttp,
    respostas: { 204: {} },
    problemas: { 422: `${SENHA_RUIM}, ou o link não vale mais` },
  }),
  mudarSenha: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/senha',
    grupo: 'usuarios',
    resumo: 'Troca a senha; as outras sessões acabam',
    acesso: 'conta.usar',
    corpo: mudancaDeSenhaHttp,
    respostas: { 204: {} },
    problemas: { 422: `${SENHA_RUIM}, ou a atual não confere`, 429: DEMAIS },
  }),
  mudarEmail: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/email',
    grupo: 'usuarios',
    resumo: 'Pede para trocar o e-mail; muda quando o endereço novo for provado, e o antigo fica sabendo',
    acesso: 'conta.usar',
    corpo: mudancaDeEmailHttp,
    respostas: { 202: {} },
    problemas: { 422: 'A senha não confere', 429: DEMAIS },
  }),
};

/** The right to be forgotten (LGPD, art. 18, VI). */
export const titular = {
  apagarConta: operacao({
    metodo: 'DELETE',
    rota: '/v1/conta',
    grupo: 'conta',
    resumo: 'Apaga a conta e tudo o que diz quem a pessoa é, em todos os serviços',
    detalhe:
      'As sessões acabam já; o resto, em minutos. O comprovante diz o que se apagou, o que se manteve, por quê e até quando.',
    acesso: 'conta.usar',
    corpo: apagamentoDeContaHttp,
    respostas: { 202: apagamentoAceitoHttp },
    problemas: {
      409: 'Há algo em andamento (`pendencias` diz o quê), ou não sobraria quem administre',
      422: 'A senha não confere',
      429: DEMAIS,
      503: 'Um serviço não respondeu a tempo; nada mudou',
    },
    prazoMs: 20_000,
  }),
  comprovante: operacao({
    metodo: 'POST',
    rota: '/v1/apagamentos/comprovante',
    grupo: 'conta',
    resumo: 'O comprovante de um apagamento, por quem tem o código dele',
    acesso: 'PUBLICO',
    corpo: comprovantePedidoHttp,
    respostas: { 200: comprovanteHttp },
    problemas: { 404: 'Não há comprovante com este código' },
  }),
};

export const apagamentos = {
  listarApagamentos: operacao({
    metodo: 'GET',
    rota: '/v1/apagamentos',
    grupo: 'apagamentos',
    resumo: 'Quem pediu para ser apagado, o mais novo primeiro, e o que falta',
    acesso: 'apagamentos.operar',
    consulta: listaDeApagamentosHttp,
    respostas: { 200: apagamentosHttp },
  }),
  retomarApagamento: operacao({
    metodo: 'POST',
    rota: '/v1/apagamentos/:id/retomada',
    grupo: 'apagamentos',
    resumo: 'Tenta já o próximo passo de um apagamento em andamento',
    acesso: 'apagamentos.operar',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
    problemas: { 404: 'Não há apagamento em andamento com este id' },
  }),
};

export const usuarios = {
  eu: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/eu',
    grupo: 'usuarios',
    resumo: 'Quem está autenticado',
    acesso: 'conta.usar',
    respostas: { 200: usuarioHttp },
  }),
  porId: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/:id',
    grupo: 'usuarios',
    resumo: 'Um usuário, para quem administra ou opera',
    acesso: 'usuarios.ver',
    parametros: { id },
    respostas: { 200: usuarioHttp },
  }),
  listar: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios',
    grupo: 'usuarios',
    resumo: 'As contas, a mais nova primeiro',
    acesso: 'usuarios.administrar',
    consulta: listaDeUsuariosHttp,
    respostas: { 200: usuariosHttp },
  }),
  desativar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/:id/desativacao',
    grupo: 'usuarios',
    resumo: 'Desativa uma conta: ninguém entra com ela, e as suas sessões acabam',
    acesso: 'usuarios.administrar',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
    problemas: { 409: 'Não sobraria quem administre' },
  }),
  reativar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/:id/reativacao',
    grupo: 'usuarios',
    resumo: 'Reativa uma conta',
    acesso: 'usuarios.administrar',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
  }),
  mudarPapeis: operacao({
    metodo: 'PUT',
    rota: '/v1/usuarios/:id/papeis',
    grupo: 'usuarios',
    resumo: 'Diz os papéis de uma conta; as suas sessões acabam',
    acesso: 'usuarios.administrar',
    parametros: { id },
    corpo: papeisHttp,
    respostas: { 204: {} },
    problemas: { 409: 'Não sobraria quem administre' },
  }),
};

/** Keys of integrations: of their owner, who may no less than they. */
export const chavesDeApi = {
  criarChave: operacao({
    metodo: 'POST',
    rota: '/v1/chaves-de-api',
    grupo: 'chaves-de-api',
    resumo: 'Cria uma chave de API; a resposta é a única que a mostra',
    acesso: 'conta.usar',
    corpo: novaChaveDeApiHttp,
    respostas: { 201: chaveDeApiCriadaHttp },
    problemas: { 409: 'A pessoa já tem chaves demais', 422: 'Um escopo dá o que a própria pessoa não pode' },
  }),
  listarChaves: operacao({
    metodo: 'GET',
    rota: '/v1/chaves-de-api',
    grupo: 'chaves-de-api',
    resumo: 'As próprias chaves de API que valem',
    acesso: 'conta.usar',
    respostas: { 200: chavesDeApiHttp },
  }),
  rotacionarChave: operacao({
    metodo: 'POST',
    rota: '/v1/chaves-de-api/:id/rotacao',
    grupo: 'chaves-de-api',
    resumo: 'Troca o segredo da chave; o de antes vale ainda um tempo, os mais velhos não',
    acesso: 'conta.usar',
    parametros: { id },
    corpo: rotacaoDeChaveHttp,
    respostas: { 201: chaveDeApiCriadaHttp },
  }),
  revogarChave: operacao({
    metodo: 'DELETE',
    rota: '/v1/chaves-de-api/:id',
    grupo: 'chaves-de-api',
    resumo: 'Revoga a chave; os tokens pedidos com ela deixam de valer em segundos',
    acesso: 'conta.usar',
    parametros: { id },
    respostas: { 204: {} },
  }),
  trocarChave: operacao({
    metodo: 'POST',
    rota: '/v1/chaves-de-api/token',
    grupo: 'chaves-de-api',
    resumo: 'Um token de acesso pela chave de API: faz o que ela tem, do que o dono pode',
    acesso: 'PUBLICO',
    corpo: trocaDeChaveHttp,
    respostas: { 200: tokenDeChaveHttp },
    problemas: { 401: 'A chave não vale' },
  }),
};

/** What is done where there is no database: it is recorded here before it is done. */
export const auditoria = {
  registrarAcao: operacao({
    metodo: 'POST',
    rota: '/v1/auditoria/mensagens-mortas',
    grupo: 'auditoria',
    resumo: 'Registra o que alguém da casa vai fazer a uma mensagem morta; o bff-admin o faz antes',
    acesso: 'mensagens-mortas.operar',
    corpo: acaoSobreMensagemMortaHttp,
    respostas: { 204: {} },
  }),
};
