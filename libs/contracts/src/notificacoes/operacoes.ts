import { z } from 'zod';
import { notificacoesHttp } from '../http-notificacoes.js';
import { operacoesDe } from '../operacao.js';
import { id } from '../primitives.js';

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
};
