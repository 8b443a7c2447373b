import { describe, expect, it } from '@jest/globals';
import { explainConnection } from './explain-connection.ts';

const coded = (code: string, message = `connect ${code}`): Error => Object.assign(new Error(message), { code });

describe('explainConnection', () => {
  it.each([
    [
      'amqp://u:s3gr3d0@fila:5672/nada',
      new Error(
        `Operation failed: ConnectionOpen; 530 (NOT-ALLOWED) with message "NOT_ALLOWED - vhost nada not found"`,
      ),
      'RABBITMQ_URL: o vhost "nada" não existe, ou o usuário "u" não pode entrar nele; crie-o com: rabbitmqctl add_vhost nada.',
    ],
    [
      'amqp://u:s3gr3d0@fila:5672/nada',
      new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'),
      'RABBITMQ_URL: o vhost "nada" não existe, ou o usuário "u" não pode entrar nele; crie-o com: rabbitmqctl add_vhost nada.',
    ],
    [
      'amqp://u:s3gr3d0@fila:5672/v',
      new Error(`NOT_ALLOWED - access to vhost 'v' refused for user 'u'`),
      'RABBITMQ_URL: o usuário "u" não pode entrar no vhost "v".',
    ],
    [
      'amqp://u:s3gr3d0@fila:5672/v',
      coded('ENOTFOUND', 'getaddrinfo ENOTFOUND fila'),
      'RABBITMQ_URL: o endereço fila:5672 não existe, ou não há rede para encontrá-lo.',
    ],
    [
      'amqp://u:s3gr3d0@fila:5672/v',
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }),
      'RABBITMQ_URL: ninguém atende em fila:5672.',
    ],
    ['amqp://u:s3gr3d0@fila:5672/v', coded('ETIMEDOUT'), 'RABBITMQ_URL: fila:5672 não respondeu a tempo.'],
    ['amqp://u:s3gr3d0@fila:5672/v', new Error('timeout expired'), 'RABBITMQ_URL: fila:5672 não respondeu a tempo.'],
    [
      'amqp://u:s3gr3d0@fila:5672/v',
      new Error(
        'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused"',
      ),
      'RABBITMQ_URL: o usuário ou a senha ("u") foram recusados.',
    ],
    [
      'amqp://fila:5672/v',
      new Error('algo de novo'),
      'RABBITMQ_URL: fila:5672 não respondeu como se espera (algo de novo).',
    ],
  ])('de %s diz uma frase clara, sem a senha', (url, error, sentence) => {
    expect(explainConnection('RABBITMQ_URL', url, error)).toBe(sentence);
    expect(explainConnection('RABBITMQ_URL', url, error)).not.toContain('s3gr3d0');
  });
});
