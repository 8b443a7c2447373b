import {
  chaveCriadaHttp,
  chavesHttp,
  codigosHttp,
  confirmacaoDeTotpHttp,
  desafioHttp,
  elevacaoHttp,
  elevadaHttp,
  encerramentoGeralHttp,
  entradaPorChaveHttp,
  fatoresHttp,
  idDaChave,
  listaDeUsuariosHttp,
  loginHttp,
  mudancaDeEmailHttp,
  mudancaDeSenhaHttp,
  nomeDaChaveHttp,
  novaChaveHttp,
  opcoesDeEntradaHttp,
  opcoesDeRegistroHttp,
  papeisHttp,
  pedidoDeCartaHttp,
  redefinicaoDeSenhaHttp,
  registroAceitoHttp,
  registroHttp,
  renovacaoHttp,
  segundoFatorHttp,
  sessaoHttp,
  sessoesVistasHttp,
  totpNovoHttp,
  usuarioHttp,
  usuariosHttp,
  verificacaoHttp,
} from '../http-auth.js';
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
    detalhe:
      'A conta com segundo fator responde 202 com um desafio, e POST /v1/sessoes/segundo-fator o troca pela sessão.',
    acesso: 'PUBLICO',
    corpo: loginHttp,
    respostas: { 201: sessaoHttp, 202: desafioHttp },
    problemas: { 401: 'O e-mail ou a senha não confere', 429: DEMAIS },
  }),
  segundoFator: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/segundo-fator',
    grupo: 'sessoes',
    resumo: 'Completa a entrada: por um código do autenticador, uma chave de acesso, ou um código de recuperação',
    acesso: 'PUBLICO',
    corpo: segundoFatorHttp,
    respostas: { 201: sessaoHttp },
    problemas: { 401: 'O desafio não vale mais, ou o que se provou não confere', 429: DEMAIS },
  }),
  opcoesDaChave: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/chave-de-acesso/opcoes',
    grupo: 'sessoes',
    resumo: 'O que o navegador precisa para entrar por uma chave de acesso, sem e-mail nem senha',
    acesso: 'PUBLICO',
    corpo: semCorpo,
    respostas: { 200: opcoesDeEntradaHttp },
    problemas: { 429: DEMAIS },
  }),
  entrarPorChave: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/chave-de-acesso',
    grupo: 'sessoes',
    resumo: 'Entra por uma chave de acesso; o autenticador confere a pessoa',
    acesso: 'PUBLICO',
    corpo: entradaPorChaveHttp,
    respostas: { 201: sessaoHttp },
    problemas: { 401: 'O desafio não vale mais, ou a chave não confere', 429: DEMAIS },
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
    respostas: { 200: sessoesVistasHttp },
  }),
  encerrarTodas: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/encerramento-geral',
    grupo: 'sessoes',
    resumo: 'Sai de todos os lugares, ou de todos os outros',
    detalhe: 'Os tokens de acesso já emitidos deixam de valer em todos os serviços em segundos.',
    corpo: encerramentoGeralHttp,
    respostas: { 204: {} },
  }),
  revogarSessao: operacao({
    metodo: 'DELETE',
    rota: '/v1/sessoes/:id',
    grupo: 'sessoes',
    resumo: 'Encerra uma das próprias sessões, em qualquer aparelho',
    parametros: { id },
    respostas: { 204: {} },
  }),
};

/**
 * To prove again who one is, so that what asks for it (`exigeConfirmacao`) is done. Whoever has a second factor proves
 * that; the others their password.
 */
export const elevacao = {
  opcoesDaElevacao: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/elevacao/opcoes',
    grupo: 'sessoes',
    resumo: 'Com que esta conta se confirma',
    corpo: semCorpo,
    respostas: { 200: desafioHttp },
    problemas: { 409: 'A conta não tem segundo fator: confirma-se pela senha', 429: DEMAIS },
  }),
  elevar: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/elevacao',
    grupo: 'sessoes',
    resumo: 'Confirma quem se é: o token que vem faz, por 5 minutos, o que exige confirmação',
    detalhe: 'Pela senha, só a conta sem segundo fator.',
    corpo: elevacaoHttp,
    respostas: { 200: elevadaHttp },
    problemas: {
      409: 'A conta tem segundo fator, e a senha não basta',
      422: 'O que se provou não confere',
      429: DEMAIS,
    },
  }),
};

const NAO_CONFERE = 'O que se provou não confere';
/** How else than by a password one proves who one is. */
export const fatores = {
  listarFatores: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/eu/fatores',
    grupo: 'fatores',
    resumo: 'Os próprios segundos fatores',
    respostas: { 200: fatoresHttp },
  }),
  iniciarTotp: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/totp',
    grupo: 'fatores',
    resumo: 'Um segredo para o aplicativo autenticador; só conta depois de confirmado, em até 15 minutos',
    exigeConfirmacao: true,
    corpo: semCorpo,
    respostas: { 201: totpNovoHttp },
    problemas: { 409: 'Já há um ativo' },
  }),
  confirmarTotp: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/totp/confirmacao',
    grupo: 'fatores',
    resumo: 'Confirma o autenticador por um código dele: a partir daqui ele é pedido a cada entrada',
    corpo: confirmacaoDeTotpHttp,
    respostas: { 200: codigosHttp },
    problemas: { 409: 'Já há um ativo', 422: `${NAO_CONFERE}, ou nada foi iniciado`, 429: DEMAIS },
  }),
  removerTotp: operacao({
    metodo: 'DELETE',
    rota: '/v1/usuarios/eu/totp',
    grupo: 'fatores',
    resumo: 'Deixa de usar o autenticador',
    exigeConfirmacao: true,
    respostas: { 204: {} },
    problemas: { 404: 'Não há' },
  }),
  novosCodigos: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/codigos-de-recuperacao',
    grupo: 'fatores',
    resumo: 'Outros dez códigos de recuperação; os anteriores deixam de valer',
    exigeConfirmacao: true,
    corpo: semCorpo,
    respostas: { 201: codigosHttp },
    problemas: { 409: 'A conta não tem segundo fator' },
  }),
  opcoesDeRegistro: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/chaves-de-acesso/opcoes',
    grupo: 'fatores',
    resumo: 'O que o navegador precisa para criar uma chave de acesso',
    exigeConfirmacao: true,
    corpo: semCorpo,
    respostas: { 200: opcoesDeRegistroHttp },
    problemas: { 409: 'Já há vinte chaves' },
  }),
  registrarChave: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/chaves-de-acesso',
    grupo: 'fatores',
    resumo: 'Guarda a chave de acesso que o navegador criou',
    corpo: novaChaveHttp,
    respostas: { 201: chaveCriadaHttp },
    problemas: { 409: 'A chave já é de uma conta, ou já há vinte', 422: `O desafio não vale mais, ou ${NAO_CONFERE}` },
  }),
  renomearChave: operacao({
    metodo: 'PATCH',
    rota: '/v1/usuarios/eu/chaves-de-acesso/:chave',
    grupo: 'fatores',
    resumo: 'Dá outro nome a uma chave',
    parametros: { chave: idDaChave },
    corpo: nomeDaChaveHttp,
    respostas: { 204: {} },
  }),
  removerChave: operacao({
    metodo: 'DELETE',
    rota: '/v1/usuarios/eu/chaves-de-acesso/:chave',
    grupo: 'fatores',
    resumo: 'Deixa de usar uma chave',
    exigeConfirmacao: true,
    parametros: { chave: idDaChave },
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
    corpo: mudancaDeSenhaHttp,
    respostas: { 204: {} },
    problemas: { 422: `${SENHA_RUIM}, ou a atual não confere`, 429: DEMAIS },
  }),
  mudarEmail: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/email',
    grupo: 'usuarios',
    resumo: 'Pede para trocar o e-mail; muda quando o endereço novo for provado, e o antigo fica sabendo',
    corpo: mudancaDeEmailHttp,
    respostas: { 202: {} },
    problemas: { 422: 'A senha não confere', 429: DEMAIS },
  }),
};

export const usuarios = {
  eu: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/eu',
    grupo: 'usuarios',
    resumo: 'Quem está autenticado',
    respostas: { 200: usuarioHttp },
  }),
  porId: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios/:id',
    grupo: 'usuarios',
    resumo: 'Um usuário, para quem administra ou opera',
    acesso: ['ADMIN', 'OPERADOR'],
    parametros: { id },
    respostas: { 200: usuarioHttp },
  }),
  listar: operacao({
    metodo: 'GET',
    rota: '/v1/usuarios',
    grupo: 'usuarios',
    resumo: 'As contas, a mais nova primeiro',
    acesso: ['ADMIN'],
    consulta: listaDeUsuariosHttp,
    respostas: { 200: usuariosHttp },
  }),
  desativar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/:id/desativacao',
    grupo: 'usuarios',
    resumo: 'Desativa uma conta: ninguém entra com ela, e as suas sessões acabam',
    acesso: ['ADMIN'],
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
    acesso: ['ADMIN'],
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
  }),
  mudarPapeis: operacao({
    metodo: 'PUT',
    rota: '/v1/usuarios/:id/papeis',
    grupo: 'usuarios',
    resumo: 'Diz os papéis de uma conta; as suas sessões acabam',
    acesso: ['ADMIN'],
    exigeConfirmacao: true,
    parametros: { id },
    corpo: papeisHttp,
    respostas: { 204: {} },
    problemas: { 409: 'Não sobraria quem administre' },
  }),
};
