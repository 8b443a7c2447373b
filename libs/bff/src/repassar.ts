import { Controller, Inject, type Type } from '@nestjs/common';
import { chamar, type Conteudo, type Operacoes, semCorpo } from '@plataforma/contracts';
import { implementar, type UpstreamFile } from '@plataforma/platform';
import { forwardedHeaders } from './forwarded-headers.js';
import { bodyOf, fileOf } from './hand-on.js';
import { PlatformApi } from './platform-api.js';

/**
 * The controllers of what a BFF passes on as it is: checked here, answered there. Their names, and those of the
 * operations, are what documents call them.
 */
export const repassar = (controladores: Readonly<Record<string, Operacoes>>): Type<object>[] =>
  Object.entries(controladores).map(([nome, operacoes]) => repassador(nome, operacoes));

function repassador(nome: string, operacoes: Operacoes): Type<object> {
  const { [nome]: Repassador } = {
    [nome]: class {
      constructor(readonly api: PlatformApi) {}
    },
  };
  if (!Repassador) throw new TypeError('Um controlador precisa de um nome');
  for (const [chave, operacao] of Object.entries(operacoes)) {
    const several = Object.keys(operacao.respostas).length > 1;
    const file = Object.values(operacao.respostas).some((resposta) => (resposta as Conteudo).arquivo);
    const descriptor: Parameters<typeof implementar<{ readonly api: PlatformApi }>>[3] = {
      configurable: true,
      writable: true,
      async value({ parametros, consulta, corpo }, { request, reply }) {
        const cabecalhos = { ...forwardedHeaders(request), ...(file && { accept: request.headers.accept }) };
        const pedido = { parametros, consulta, corpo, cabecalhos };
        const answer = await chamar(operacao, file ? this.api.enviar : this.api.enviarSemLer, pedido);
        if (several && answer.status !== undefined) void reply.status(answer.status);
        if (file) return fileOf(answer.body as UpstreamFile, reply);
        if (answer.body !== undefined) void reply.type('application/json; charset=utf-8');
        return bodyOf(answer, reply);
      },
    };
    // For operations whose path says it all: anything in the body would be a misunderstanding.
    const corpo = operacao.metodo === 'GET' || operacao.metodo === 'DELETE' ? undefined : semCorpo;
    implementar({ ...(corpo && { corpo }), ...operacao }, Repassador.prototype, chave, descriptor);
    Object.defineProperty(Repassador.prototype, chave, descriptor);
  }
  Inject(PlatformApi)(Repassador, undefined, 0);
  Controller()(Repassador);
  return Repassador;
}
