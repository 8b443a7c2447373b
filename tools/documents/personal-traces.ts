import type { TestDatabase } from '@plataforma/testing';
import type { Database as Service } from '../infra/secrets.ts';

/** What a person leaves behind; `$` = their id, and every personal word of theirs is `nome-$`. */
export const TRACES: Record<Service, readonly string[]> = {
  auth: [
    `INSERT INTO usuarios SELECT '$', 'nome-$', 'nome-$@exemplo.com', chr(36) || 'argon2id' || chr(36) || 'nome-$', '{CLIENTE}', 'pt-BR'`,
    `INSERT INTO sessoes (id, usuario_id, expira_em, aparelho) VALUES (gen_random_uuid(), '$', now(), 'nome-$')`,
    `INSERT INTO chaves_de_api (id, nome, escopos, pedidos_por_minuto)
     SELECT id, 'nome-$', '{reservas.ver}', 60 FROM sessoes WHERE usuario_id = '$'`,
    `INSERT INTO tokens_de_conta (hash, usuario_id, uso, nome, expira_em)
     VALUES (sha256('$'), '$', 'VERIFICACAO', 'nome-$', now())`,
    `INSERT INTO pedidos_de_carta (uso, email) VALUES ('SENHA', 'nome-$@exemplo.com')`,
    `INSERT INTO totp (usuario_id, segredo) VALUES ('$', 'nome-$')`,
    `INSERT INTO codigos_de_recuperacao VALUES (sha256('$'), '$')`,
    `INSERT INTO chaves_de_acesso (id, usuario_id, nome, publica, contador, transportes, sincronizada)
     VALUES ('nome-$', '$', 'nome-$', 'nome-$', 0, '{}', false)`,
    `INSERT INTO desafios (hash, uso, usuario_id, rede, expira_em) VALUES (sha256('$'), 'FATOR', '$', '203.0.113.7', now())`,
    `INSERT INTO aparelhos VALUES ('$', 'nome-$', '203.0.113.7')`,
    `INSERT INTO consentimentos VALUES ('$', 'NOVIDADES', 1, true, 1, 'pt-BR')`,
    `INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados)
     VALUES (gen_random_uuid(), 'carta/$', 1, 'usuario.carta-pedida.v1', '{"usuarioId": "$", "nome": "nome-$"}', '{}')`,
    `INSERT INTO mensagens_pessoais (id, fluxo, versao, tipo, dados, metadados)
     VALUES (gen_random_uuid(), 'usuario/$', 1, 'usuario.registrado.v1', '{"nome": "nome-$"}', '{}')`,
  ],
  notificacoes: [
    `INSERT INTO contatos VALUES ('$', 'nome-$', 'nome-$@exemplo.com', 'pt-BR')`,
    `INSERT INTO consentimentos VALUES ('$', 'nome-$', true, 1)`,
    `INSERT INTO entregas (id, reserva_id, versao, tipo, canal, usuario_id, dados, estado)
     VALUES ('$', gen_random_uuid(), 1, 'RESERVA_CANCELADA', 'EMAIL', '$', '{"justificativa": "nome-$"}', 'PENDENTE')`,
    `INSERT INTO cartas_de_conta (id, usuario_id, tipo, nome, email, idioma, ocorrido_em)
     VALUES (md5('$')::uuid, '$', 'SENHA_MUDOU', 'nome-$', 'nome-$@exemplo.com', 'pt-BR', now())`,
    `INSERT INTO emails_locais VALUES (md5('$')::uuid, 'nome-$', 'nome-$@exemplo.com', 'Senha', 'nome-$', 'nome-$')`,
    `INSERT INTO emails_locais (entrega_id, para_nome, para_email, assunto, html, texto, calendario)
     VALUES ('$', 'nome-$', 'nome-$@exemplo.com', 'Cancelada', 'nome-$', 'nome-$', 'nome-$')`,
    `INSERT INTO destinos (id, usuario_id, meio, endereco, nome) VALUES ('$', '$', 'TELEFONE', 'nome-$', 'nome-$')`,
    `INSERT INTO supressoes (id, canal, endereco, usuario_id, motivo) VALUES ('$', 'EMAIL', 'nome-$@exemplo.com', '$', 'MANUAL')`,
    `INSERT INTO codigos_pedidos (usuario_id, endereco) VALUES ('$', 'nome-$')`,
    `INSERT INTO convidados (id, reserva_id, email, anfitriao) VALUES ('$', '$', 'nome-$@exemplo.com', '$')`,
    `INSERT INTO envios_locais (entrega_id, destino_id, usuario_id, canal, meio, para, assunto, texto)
     VALUES ('$', '$', '$', 'SMS', 'TELEFONE', 'nome-$', 'Cancelada', 'nome-$')`,
  ],
  reservas: [
    `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, horarios, ocupa, duracao_minima_minutos,
                          duracao_maxima_minutos, passo_minutos, preco_hora_centavos, politica_cancelamento)
     VALUES ('$', 'Sala', 'SALA', '', 'Recife', '', 'America/Recife', 8, '[]', 'TODAS', 30, 480, 30, 1000, '[]')`,
    `INSERT INTO reservas (id, cliente_id, espaco_id, status, motivo, justificativa, inicio, fim, fuso, valor_centavos, moeda,
                           expira_em, versao, criada_em, cobranca_id)
     VALUES ('$', '$', '$', 'CANCELADA', 'CLIENTE', 'nome-$', now(), now() + interval '1 hour', 'America/Recife', 1, 'BRL', now(), 1, now(), '$')`,
    // As it is written: the words part from the event by themselves.
    `INSERT INTO eventos (id, fluxo, versao, tipo, dados, metadados)
     VALUES (gen_random_uuid(), 'reserva/$', 1, 'reserva.cancelada.v1', '{"justificativa": "nome-$"}', '{}')`,
    `INSERT INTO reserva_ditos VALUES ('$', 'nome-$', 'nome-$', 3, '$')`,
    `INSERT INTO favoritos VALUES ('$', '$')`,
    `INSERT INTO pessoa_grupos VALUES ('$', 1, '{$}')`,
    `INSERT INTO calendarios (id, escopo, dono_id, token_hash) VALUES (gen_random_uuid(), 'USUARIO', '$', 'nome-$')`,
    `INSERT INTO idempotencia VALUES ('$ POST /v1/reservas x', 'h', 201, '{"justificativa": "nome-$"}')`,
  ],
  pagamentos: [
    `INSERT INTO cobrancas (id, reserva_id, cliente_id, valor_centavos, moeda, descricao, expira_em, estado, provedor_id, client_secret)
     VALUES ('$', '$', '$', 1, 'BRL', 'Sala', now(), 'CANCELADA', 'pi_$', 'nome-$')`,
    `INSERT INTO webhooks (evento_id, tipo, corpo, estado, intento_id)
     VALUES ('evt_$', 'charge.updated', '{"billing_details": {"name": "nome-$"}}', 'PROCESSADO', 'pi_$')`,
    `INSERT INTO idempotencia VALUES ('$ POST /v1/pagamentos x', 'h', 201, '{"nome": "nome-$"}')`,
  ],
};

/** Of every table, the rows in which the words of a person are to be found. */
export async function rowsThatName(database: TestDatabase, person: string): Promise<string[]> {
  const tables = await database.query<{ name: string }>(
    `SELECT format('%I', table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const found = tables.map(({ name }) => `SELECT '${name} ' || t::text AS row FROM ${name} t WHERE t::text LIKE $1`);
  const rows = await database.query<{ row: string }>(`${found.join(' UNION ALL ')} ORDER BY 1`, [`%nome-${person}%`]);
  return rows.map(({ row }) => row);
}
