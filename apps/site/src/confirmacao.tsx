import { type ReactNode, useRef, useState } from 'react';
import type { DesafioHttp } from '@plataforma/contracts';
import { Botao, CampoDeSenha, comoProblema, Dialogo, Falha, useEnvio } from '@plataforma/kit';
import { api } from './api.js';
import { ProvarFator } from './componentes/prova.js';
import { abrirSessao, useSessao } from './sessao.js';
import estilo from './telas/telas.module.css';
import { useTextos } from './textos/index.js';

/** One did not want to prove who one is: then nothing is done, and nothing to be told. */
export class NaoConfirmou extends Error {
  override readonly name = 'NaoConfirmou';
}

export const elevarPorSenha = async (senha: string): Promise<void> =>
  abrirSessao((await api('POST /v1/sessoes/elevacao', { corpo: { senha } })).body);

const pede = (erro: unknown): boolean => comoProblema(erro).code === 'auth.confirmacao-necessaria';

/**
 * What asks for it to be proved again who one is: it is tried, and where that is needed one is asked, and it is done.
 *
 * @returns how to do it, and the dialogue, which the screen shows wherever it likes
 */
export function useConfirmacao(): {
  comConfirmacao: <R>(fazer: () => Promise<R>) => Promise<R>;
  dialogo: ReactNode;
} {
  const [desafio, setDesafio] = useState<DesafioHttp | 'SENHA'>();
  const espera = useRef<{ provou: () => void; desistiu: () => void }>(undefined);
  const comConfirmacao = async <R,>(fazer: () => Promise<R>): Promise<R> => {
    try {
      return await fazer();
    } catch (erro) {
      if (!pede(erro)) throw erro;
    }
    try {
      setDesafio((await api('POST /v1/sessoes/elevacao/opcoes')).body);
    } catch (erro) {
      // 409: there is no second factor, and the password is what proves it.
      if (!/^(auth\.sem-segundo-fator|http-409)$/.test(comoProblema(erro).code)) throw erro;
      setDesafio('SENHA');
    }
    await new Promise<void>((provou, desistiu) => {
      espera.current = { provou, desistiu: () => desistiu(new NaoConfirmou()) };
    }).finally(() => setDesafio(undefined));
    return fazer();
  };
  return {
    comConfirmacao,
    dialogo: desafio !== undefined && (
      <Confirmar
        desafio={desafio}
        provou={() => espera.current?.provou()}
        desistir={() => espera.current?.desistiu()}
      />
    ),
  };
}

function Confirmar({
  desafio,
  provou,
  desistir,
}: {
  desafio: DesafioHttp | 'SENHA';
  provou: () => void;
  desistir: () => void;
}) {
  const t = useTextos();
  return (
    <Dialogo
      titulo={t('confirmacao.titulo')}
      fechar={desistir}
      acoes={
        <Botao forma="secundario" onClick={desistir}>
          {t('confirmacao.desistir')}
        </Botao>
      }
    >
      <p>{t('confirmacao.porque')}</p>
      {desafio === 'SENHA' ? (
        <PorSenha provou={provou} />
      ) : (
        <ProvarFator
          desafio={desafio}
          provar={async (prova) =>
            abrirSessao(
              (
                await api('POST /v1/sessoes/elevacao', {
                  corpo: { ...prova, ...(prova.credencial && { desafio: desafio.desafio }) },
                })
              ).body,
            )
          }
          feito={provou}
        />
      )}
    </Dialogo>
  );
}

function PorSenha({ provou }: { provou: () => void }) {
  const t = useTextos();
  const { usuario } = useSessao();
  const [senha, setSenha] = useState('');
  const { ocupado, campos, erro, enviar } = useEnvio(() => elevarPorSenha(senha), provou);
  return (
    <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
      {erro !== undefined && <Falha erro={erro} />}
      <input type="hidden" autoComplete="username" value={usuario?.email ?? ''} readOnly />
      <CampoDeSenha rotulo={t('entrar.senha')} erro={campos['senha']} value={senha} mudar={setSenha} />
      <div>
        <Botao type="submit" ocupado={ocupado}>
          {t('segundoFator.continuar')}
        </Botao>
      </div>
    </form>
  );
}
