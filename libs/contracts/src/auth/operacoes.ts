import {
  chavesHttp,
  encerramentoGeralHttp,
  loginHttp,
  registroHttp,
  renovacaoHttp,
  sessaoHttp,
  sessoesVistasHttp,
  usuarioHttp,
} from '../http-auth.js';
import { operacoesDe } from '../operacao.js';
import { id } from '../primitives.js';

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

export const usuarios = {
  /**
   * Takes no Idempotency-Key: the stored digest of the request would be a fast hash of the password. The unique
   * e-mail makes a repetition harmless.
   */
  registrar: operacao({
    metodo: 'POST',
    rota: '/v1/usuarios',
    grupo: 'usuarios',
    resumo: 'Cria uma conta de cliente',
    acesso: 'PUBLICO',
    corpo: registroHttp,
    respostas: { 201: usuarioHttp },
    problemas: { 409: 'O e-mail já está em uso', 422: 'A senha é curta, longa ou comum', 429: DEMAIS },
  }),
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
};
