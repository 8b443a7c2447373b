import {
  chaveCriadaHttp,
  chaveDeApiCriadaHttp,
  chavesDeApiHttp,
  apagamentoAceitoHttp,
  apagamentoDeContaHttp,
  apagamentosHttp,
  chavesHttp,
  codigosHttp,
  confirmacaoDeTotpHttp,
  desafioHttp,
  elevacaoHttp,
  elevadaHttp,
  entradaPorChaveHttp,
  fatoresHttp,
  idDaChave,
  comprovanteHttp,
  comprovantePedidoHttp,
  encerramentoGeralHttp,
  listaDeApagamentosHttp,
  listaDeUsuariosHttp,
  loginHttp,
  mudancaDeEmailHttp,
  mudancaDeSenhaHttp,
  nomeDaChaveHttp,
  novaChaveDeApiHttp,
  novaChaveHttp,
  opcoesDeEntradaHttp,
  opcoesDeRegistroHttp,
  papeisHttp,
  pedidoDeCartaHttp,
  redefinicaoDeSenhaHttp,
  registroAceitoHttp,
  registroHttp,
  renovacaoHttp,
  rotacaoDeChaveHttp,
  segundoFatorHttp,
  sessaoHttp,
  sessoesVistasHttp,
  tokenDeChaveHttp,
  totpNovoHttp,
  trocaDeChaveHttp,
  usuarioHttp,
  usuariosHttp,
  verificacaoHttp,
} from '../http-auth.js';
import { acaoSobreMensagemMortaHttp } from '../http-auditoria.js';
import {
  consentimentosHttp,
  consultaDeConsentimentosHttp,
  mudancaDeConsentimentoHttp,
} from '../http-consentimentos.js';
import {
  exportacaoAceitaHttp,
  exportacaoPedidaHttp,
  exportacoesHttp,
  listaDeExportacoesHttp,
  minhasExportacoesHttp,
} from '../http-exportacoes.js';
import {
  acessoAoEspacoHttp,
  grupoHttp,
  gruposHttp,
  membrosHttp,
  novoAcessoHttp,
  novoGrupoHttp,
} from '../http-grupos.js';
import { operacoesDe } from '../operacao.js';
import { finalidadeDeConsentimento, id, paginaHttp, semCorpo } from '../primitives.js';

export { entradasExternas, meusProvedores } from './provedores.js';

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
    problemas: {
      401: 'O token não vale, ou já foi trocado',
      409: 'Outra renovação está em andamento',
      429: 'A sessão renovou-se vezes demais',
    },
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
    acesso: 'conta.usar',
    corpo: semCorpo,
    respostas: { 200: desafioHttp },
    problemas: { 409: 'A conta não tem segundo fator: confirma-se pela senha', 429: DEMAIS },
  }),
  elevar: operacao({
    metodo: 'POST',
    rota: '/v1/sessoes/elevacao',
    grupo: 'sessoes',
    resumo: 'Confirma quem se é: o token que vem faz, por 5 minutos, o que exige confirmação',
    acesso: 'conta.usar',
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
    acesso: 'conta.usar',
    respostas: { 200: fatoresHttp },
  }),
  iniciarTotp: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/totp',
    grupo: 'fatores',
    resumo: 'Um segredo para o aplicativo autenticador; só conta depois de confirmado, em até 15 minutos',
    acesso: 'conta.usar',
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
    acesso: 'conta.usar',
    corpo: confirmacaoDeTotpHttp,
    respostas: { 200: codigosHttp },
    problemas: { 409: 'Já há um ativo', 422: `${NAO_CONFERE}, ou nada foi iniciado`, 429: DEMAIS },
  }),
  removerTotp: operacao({
    metodo: 'DELETE',
    rota: '/v1/usuarios/eu/totp',
    grupo: 'fatores',
    resumo: 'Deixa de usar o autenticador',
    acesso: 'conta.usar',
    exigeConfirmacao: true,
    respostas: { 204: {} },
    problemas: { 404: 'Não há' },
  }),
  novosCodigos: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios/eu/codigos-de-recuperacao',
    grupo: 'fatores',
    resumo: 'Outros dez códigos de recuperação; os anteriores deixam de valer',
    acesso: 'conta.usar',
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
    acesso: 'conta.usar',
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
    acesso: 'conta.usar',
    corpo: novaChaveHttp,
    respostas: { 201: chaveCriadaHttp },
    problemas: { 409: 'A chave já é de uma conta, ou já há vinte', 422: `O desafio não vale mais, ou ${NAO_CONFERE}` },
  }),
  renomearChave: operacao({
    metodo: 'PATCH',
    rota: '/v1/usuarios/eu/chaves-de-acesso/:chave',
    grupo: 'fatores',
    resumo: 'Dá outro nome a uma chave',
    acesso: 'conta.usar',
    parametros: { chave: idDaChave },
    corpo: nomeDaChaveHttp,
    respostas: { 204: {} },
  }),
  removerChave: operacao({
    metodo: 'DELETE',
    rota: '/v1/usuarios/eu/chaves-de-acesso/:chave',
    grupo: 'fatores',
    resumo: 'Deixa de usar uma chave',
    acesso: 'conta.usar',
    exigeConfirmacao: true,
    parametros: { chave: idDaChave },
    respostas: { 204: {} },
    problemas: { 409: 'Não sobraria como entrar' },
  }),
};

const LINK = 'O link não vale mais: foi usado, venceu, ou outro foi usado no lugar dele';
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
    detalhe:
      'A resposta é a mesma se não há conta, ou se já foi provado: então não vai carta nenhuma. Se mais de um registro pediu o endereço, a carta é a de escolher uma senha, que também o prova.',
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
    problemas: {
      403: 'Quem não tem senha entrou há mais de cinco minutos: entra de novo antes',
      422: 'A senha não confere',
      429: DEMAIS,
    },
  }),
};

/** What one agrees to besides what a booking or an account needs (LGPD, art. 8). */
export const consentimentos = {
  listarConsentimentos: operacao({
    metodo: 'GET',
    rota: '/v1/consentimentos',
    grupo: 'conta',
    resumo: 'O que se pode consentir, o que se disse, quando, e diante de que texto',
    acesso: 'conta.usar',
    consulta: consultaDeConsentimentosHttp,
    respostas: { 200: consentimentosHttp },
  }),
  mudarConsentimento: operacao({
    metodo: 'PUT',
    rota: '/v1/consentimentos/:finalidade',
    grupo: 'conta',
    resumo: 'Consente numa finalidade, ou deixa de consentir; o que já esperava para ser enviado por ela não vai mais',
    detalhe:
      'Só se consente no texto de hoje; retira-se a qualquer momento, de qualquer um. O que já é assim fica como está.',
    acesso: 'conta.usar',
    parametros: { finalidade: finalidadeDeConsentimento },
    corpo: mudancaDeConsentimentoHttp,
    respostas: { 204: {} },
    problemas: { 409: 'O texto é outro; `versao` diz qual', 429: 'Mudou-se vezes demais num dia' },
  }),
};

/** The right to have what is known of one (LGPD, art. 18, II and V). */
export const exportacao = {
  pedirExportacao: operacao({
    metodo: 'POST',
    rota: '/v1/conta/exportacoes',
    grupo: 'conta',
    resumo: 'Pede tudo o que a plataforma tem da pessoa; uma carta traz o link quando está pronto',
    detalhe: 'Uma de cada vez, e uma por dia.',
    acesso: 'conta.usar',
    corpo: semCorpo,
    respostas: { 202: exportacaoAceitaHttp },
    problemas: { 409: 'Já se está reunindo', 429: 'Já houve uma no último dia' },
  }),
  listarMinhasExportacoes: operacao({
    metodo: 'GET',
    rota: '/v1/conta/exportacoes',
    grupo: 'conta',
    resumo: 'O que se pediu, e se está pronto',
    acesso: 'conta.usar',
    respostas: { 200: minhasExportacoesHttp },
  }),
  baixarExportacao: operacao({
    metodo: 'POST',
    rota: '/v1/exportacoes/arquivo',
    grupo: 'conta',
    resumo: 'O arquivo, por quem tem o link da carta: um ZIP de JSON, com um resumo para ler',
    acesso: 'PUBLICO',
    corpo: exportacaoPedidaHttp,
    respostas: {
      200: { arquivo: true, tipos: ['application/zip'], binario: true, exemplo: 'PK…', descricao: 'O zip' },
    },
    problemas: { 422: 'O link venceu, ou não é de nada', 429: 'O link já foi usado vezes demais' },
    prazoMs: 30_000,
  }),
};

export const exportacoes = {
  listarExportacoes: operacao({
    metodo: 'GET',
    rota: '/v1/exportacoes',
    grupo: 'exportacoes',
    resumo: 'Quem pediu os seus dados, o mais novo primeiro, e o que falta',
    acesso: 'exportacoes.operar',
    consulta: listaDeExportacoesHttp,
    respostas: { 200: exportacoesHttp },
  }),
  retomarExportacao: operacao({
    metodo: 'POST',
    rota: '/v1/exportacoes/:id/retomada',
    grupo: 'exportacoes',
    resumo: 'Pede já de novo o que falta a uma exportação em andamento',
    acesso: 'exportacoes.operar',
    parametros: { id },
    corpo: semCorpo,
    respostas: { 204: {} },
    problemas: { 404: 'Não há exportação em andamento com este id' },
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
    exigeConfirmacao: true,
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
    problemas: { 409: 'Não sobraria quem administre, ou a conta já está sendo apagada' },
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
    problemas: { 409: 'A conta está sendo apagada' },
  }),
  mudarPapeis: operacao({
    metodo: 'PUT',
    rota: '/v1/usuarios/:id/papeis',
    grupo: 'usuarios',
    resumo: 'Diz os papéis de uma conta; as suas sessões acabam',
    acesso: 'usuarios.administrar',
    exigeConfirmacao: true,
    parametros: { id },
    corpo: papeisHttp,
    respostas: { 204: {} },
    problemas: { 409: 'Não sobraria quem administre, ou a conta está sendo apagada' },
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
    exigeConfirmacao: true,
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
    detalhe: 'Um token já trocado vale até expirar (15 min). Vazou? Revogue a chave: encerra também os seus tokens.',
    acesso: 'conta.usar',
    exigeConfirmacao: true,
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
    problemas: { 401: 'A chave não vale', 429: 'Pediram-se tokens demais deste endereço' },
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

/** Groups of people, and what they may in each space; reservas does as it is said here, within a minute at most. */
export const grupos = {
  listarGrupos: operacao({
    metodo: 'GET',
    rota: '/v1/grupos',
    grupo: 'grupos',
    resumo: 'Os grupos de pessoas, por nome',
    acesso: 'acessos.administrar',
    respostas: { 200: gruposHttp },
  }),
  criarGrupo: operacao({
    metodo: 'POST',
    rota: '/v1/grupos',
    grupo: 'grupos',
    resumo: 'Cria um grupo',
    acesso: 'acessos.administrar',
    corpo: novoGrupoHttp,
    respostas: { 201: grupoHttp },
    problemas: { 409: 'Já há um grupo com este nome, ou grupos demais' },
  }),
  excluirGrupo: operacao({
    metodo: 'DELETE',
    rota: '/v1/grupos/:id',
    grupo: 'grupos',
    resumo: 'Exclui um grupo sem ninguém e que espaço nenhum nomeia',
    acesso: 'acessos.administrar',
    parametros: { id },
    respostas: { 204: {} },
    problemas: { 409: 'Há pessoas nele, ou espaços que o nomeiam' },
  }),
  listarMembros: operacao({
    metodo: 'GET',
    rota: '/v1/grupos/:id/membros',
    grupo: 'grupos',
    resumo: 'Quem é do grupo',
    acesso: 'acessos.administrar',
    parametros: { id },
    consulta: paginaHttp,
    respostas: { 200: membrosHttp },
  }),
  incluirMembro: operacao({
    metodo: 'PUT',
    rota: '/v1/grupos/:id/membros/:usuarioId',
    grupo: 'grupos',
    resumo: 'Inclui uma pessoa no grupo; de novo, nada muda',
    acesso: 'acessos.administrar',
    parametros: { id, usuarioId: id },
    respostas: { 204: {} },
    problemas: {
      404: 'O grupo ou a pessoa não existe',
      409: 'O grupo tem pessoas demais, a pessoa grupos demais, ou a sua conta está sendo apagada',
    },
  }),
  retirarMembro: operacao({
    metodo: 'DELETE',
    rota: '/v1/grupos/:id/membros/:usuarioId',
    grupo: 'grupos',
    resumo: 'Retira uma pessoa do grupo: em até um minuto, o que só ele podia lhe é negado',
    acesso: 'acessos.administrar',
    parametros: { id, usuarioId: id },
    respostas: { 204: {} },
  }),
  lerAcesso: operacao({
    metodo: 'GET',
    rota: '/v1/acessos/espacos/:id',
    grupo: 'grupos',
    resumo: 'O que grupos podem num espaço',
    acesso: 'acessos.administrar',
    parametros: { id },
    respostas: { 200: acessoAoEspacoHttp },
    etag: 'A versão do que foi dito, para If-Match',
  }),
  dizerAcesso: operacao({
    metodo: 'PUT',
    rota: '/v1/acessos/espacos/:id',
    grupo: 'grupos',
    resumo: 'Diz o que grupos podem num espaço, por inteiro; sem regras, é de todos',
    acesso: 'acessos.administrar',
    ifMatch: 'OPCIONAL',
    parametros: { id },
    corpo: novoAcessoHttp,
    respostas: { 200: acessoAoEspacoHttp },
    etag: 'A versão do que foi dito, para If-Match',
    problemas: { 404: 'O espaço não existe, ou um dos grupos', 412: 'O acesso mudou desde que foi lido' },
  }),
};
