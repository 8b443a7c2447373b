import { Botao, comoProblema, Dialogo, Falha, useUmaVez } from '@plataforma/kit';
import { useState } from 'react';
import { apiSemConfirmacao } from '../api.js';
import { useConfirmacaoPedida } from '../confirmacao.js';
import { abrirSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import { type Codigo, FormularioDeCodigo, FormularioDeSenha } from './prova.js';

/** Whoever does something dangerous proves who they are first (step-up), wherever it was asked for. */
export function Confirmacao() {
  const acabar = useConfirmacaoPedida();
  return acabar && <Pergunta acabar={acabar} />;
}

function Pergunta({ acabar }: { acabar: (provou: boolean) => void }) {
  const t = useTextos();
  const [comFator, setComFator] = useState(false);
  const confirmar = useUmaVez({
    mutationFn: async (corpo: Codigo | { readonly senha: string }) =>
      (await apiSemConfirmacao('POST /v1/sessoes/elevacao', { corpo })).body,
    onSuccess: (elevada) => {
      abrirSessao(elevada);
      acabar(true);
    },
    onError: (erro) => {
      // An account with a second factor is not confirmed by its password.
      if (comoProblema(erro).code === 'auth.fator-exigido') setComFator(true);
    },
  });
  const falha = confirmar.error && comoProblema(confirmar.error).code !== 'auth.fator-exigido' ? confirmar.error : null;
  return (
    <Dialogo
      titulo={t('confirmacao.titulo')}
      fechar={() => acabar(false)}
      acoes={
        <Botao forma="leve" onClick={() => acabar(false)}>
          {t('acao.desistir')}
        </Botao>
      }
    >
      <p>{t('confirmacao.detalhe')}</p>
      {falha && <Falha erro={falha} />}
      {comFator ? (
        <FormularioDeCodigo ocupado={confirmar.isPending} provar={confirmar.mutate} />
      ) : (
        <FormularioDeSenha
          rotulo={t('entrar.senha')}
          ocupado={confirmar.isPending}
          provar={(senha) => confirmar.mutate({ senha })}
        />
      )}
    </Dialogo>
  );
}
